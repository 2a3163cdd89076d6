"""A filter after which a process can only compute, and read and write what it has open.

Installed in the reader child after its imports. Whatever is not on the list kills the
process, so a parser that is taken over can neither open a file, nor connect, nor start
anything. Needs no privilege: the process first gives up gaining any.
"""

import ctypes
import platform
import struct
from collections.abc import Iterable
from typing import Final

_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2
_KILL_PROCESS: Final = 0x80000000
_ALLOW: Final = 0x7FFF0000
_PROT_EXEC: Final = 4

_LOAD, _JUMP_EQUAL, _JUMP_SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_OFFSET_NUMBER, _OFFSET_ARCH, _OFFSET_THIRD_ARGUMENT = 0, 4, 32

# mmap mprotect madvise, and what needs no look at its arguments:
# read write close fstat lseek munmap brk rt_sigaction rt_sigprocmask
# rt_sigreturn mremap getpid exit gettid futex clock_gettime exit_group getrandom
_CALLS: Final = {
    "x86_64": (0xC000003E, 9, 10, 28, (
        0, 1, 3, 5, 8, 11, 12, 13, 14, 15, 25, 39, 60, 186, 202, 228, 231, 318,
    )),
    "aarch64": (0xC00000B7, 222, 226, 233, (
        63, 64, 57, 80, 62, 215, 214, 134, 135, 139, 216, 172, 93, 178, 98, 113, 94, 278,
    )),
}  # fmt: skip
# What allocators say of memory that they keep: normal, will need, do not need, free, huge pages
# or none, and whether it is dumped. Other advice merges pages with those of other processes, or
# takes pages of the machine out of use, which root may ask for.
_ADVICE: Final = (0, 3, 4, 8, 14, 15, 16, 17)


class FilterNotInstalled(Exception):
    """The kernel or the machine offers no such filter; nothing may be parsed."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _instruction(code: int, if_true: int, if_false: int, operand: int) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, operand)


def program(machine: str) -> bytes:
    """The filter as the kernel's instructions.

    Memory may be mapped and its protection changed, but never made executable; advice on it
    may be given that concerns nobody else.

    Raises:
        FilterNotInstalled: There is no list for this machine.
    """
    if machine not in _CALLS:
        raise FilterNotInstalled(f"no system call list for {machine}")
    arch, mmap, mprotect, madvise, plain = _CALLS[machine]
    lines = [
        _instruction(_LOAD, 0, 0, _OFFSET_ARCH),
        _instruction(_JUMP_EQUAL, 1, 0, arch),
        _instruction(_RETURN, 0, 0, _KILL_PROCESS),
        _instruction(_LOAD, 0, 0, _OFFSET_NUMBER),
    ]
    lines += _allow_those(plain)
    advice = [
        _instruction(_LOAD, 0, 0, _OFFSET_THIRD_ARGUMENT),
        *_allow_those(_ADVICE),
        _instruction(_RETURN, 0, 0, _KILL_PROCESS),
    ]
    lines += [_instruction(_JUMP_EQUAL, 0, len(advice), madvise), *advice]
    lines += [
        _instruction(_JUMP_EQUAL, 2, 0, mmap),
        _instruction(_JUMP_EQUAL, 1, 0, mprotect),
        _instruction(_RETURN, 0, 0, _KILL_PROCESS),
        _instruction(_LOAD, 0, 0, _OFFSET_THIRD_ARGUMENT),
        _instruction(_JUMP_SET, 0, 1, _PROT_EXEC),
        _instruction(_RETURN, 0, 0, _KILL_PROCESS),
        _instruction(_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(lines)


def _allow_those(numbers: Iterable[int]) -> list[bytes]:
    return [
        line
        for number in numbers
        for line in (
            _instruction(_JUMP_EQUAL, 0, 1, number),
            _instruction(_RETURN, 0, 0, _ALLOW),
        )
    ]


def install() -> None:
    """Confine this process for the rest of its life.

    Raises:
        FilterNotInstalled: The process is as free as before.
    """
    code = program(platform.machine())
    library = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(code, len(code))
    wanted = _Program(len(code) // 8, ctypes.addressof(buffer))
    zero = ctypes.c_ulong(0)
    if library.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero) != 0:
        raise FilterNotInstalled("the process cannot give up new privileges")
    mode = ctypes.c_ulong(_SECCOMP_MODE_FILTER)
    if library.prctl(_PR_SET_SECCOMP, mode, ctypes.byref(wanted), zero, zero) != 0:
        raise FilterNotInstalled("the kernel refuses the system call filter")

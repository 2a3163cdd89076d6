"""A reader that was taken over: what it is given to read says what it tries.

Planted in a nursery in the place of the reader of CSV. Every attempt says `done` with what it got,
or which error it met; one that is killed says nothing.
"""

import ctypes
import errno
import json
import mmap
import os
import re
import resource
import signal
import socket
import struct
import time

from output_checker.disclosure.readers import child, csv_tables, nursery
from output_checker.disclosure.readers.artefacts import Document, Part, Text

SECRET = re.compile(rb"haven-planted-[0-9a-f]{16}")
# Where the nursery has a file and a folder open, when a test asks for that.
OPEN_FILE, OPEN_FOLDER = 50, 51
HONEST = b'{"document": [], "notes": [], "blobs": []}\n'
_CHUNK = 1 << 20

library = ctypes.CDLL(None, use_errno=True)
library.mmap.restype = ctypes.c_void_p
library.syscall.restype = ctypes.c_long
maps = []


def asked(value):
    """A result of the C library, where -1 is an error."""
    if value in (-1, 2**64 - 1):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return value


def call(number, *arguments):
    return asked(library.syscall(ctypes.c_long(number), *map(long, arguments)))


def long(value):
    return ctypes.c_void_p(value) if isinstance(value, int) else value


def tcp(to):
    with socket.create_connection(("127.0.0.1", to["tcp"]), 5) as made:
        made.sendall(b"taken")


def udp(to):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.sendto(b"taken", ("127.0.0.1", to["udp"]))


def unix(to):
    with socket.socket(socket.AF_UNIX) as made:
        made.connect(to["unix"])
        made.sendall(b"taken")


def netlink(_):
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as made:
        made.bind((0, 0))


def read_file(to):
    with open(to["secret"]) as file:
        return file.read()


def read_folder(to):
    return str(os.listdir(os.path.dirname(to["secret"])))


def write_file(to):
    with open(to["made"], "w") as file:
        file.write("taken")


def environment(_):
    with open("/proc/self/environ", "rb") as file:
        return str(len(file.read()))


def first_process(_):
    return str(len(os.listdir("/proc/1")))


def own_memory_file(_):
    with open("/proc/self/mem", "r+b", buffering=0):
        return ""


def fork(_):
    reap(os.fork())


def clone(_):
    reap(call(56, signal.SIGCHLD, 0, 0, 0, 0))


def clone3(_):
    given = struct.pack("<11Q", 0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, 0)
    reap(call(435, ctypes.c_char_p(given), len(given)))


def thread(_):
    import threading

    one = threading.Thread(target=int)
    one.start()
    one.join()


def reap(process):
    if not process:
        os._exit(0)
    os.waitpid(process, 0)


def vfork(_):
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)


def execute(_):
    os.execv("/bin/echo", ["echo", HONEST.decode().strip()])


def trace(to):
    library.ptrace.restype = ctypes.c_long
    asked(library.ptrace(ctypes.c_long(0x4206), ctypes.c_long(to["victim"]), None, None))


def read_memory(to):
    found = ctypes.create_string_buffer(30)
    mine = (ctypes.c_void_p * 2)(ctypes.addressof(found), 30)
    theirs = (ctypes.c_void_p * 2)(to["address"], 30)
    asked(library.process_vm_readv(to["parent"], mine, 1, theirs, 1, 0))
    return found.raw.decode()


def write_memory(to):
    given = ctypes.create_string_buffer(b"taken")
    mine = (ctypes.c_void_p * 2)(ctypes.addressof(given), 5)
    theirs = (ctypes.c_void_p * 2)(to["scratch"], 5)
    asked(library.process_vm_writev(to["parent"], mine, 1, theirs, 1, 0))


def kill(to):
    os.kill(to["victim"], signal.SIGTERM)


def other_processes(to):
    os.close(call(434, to["victim"], 0))


def parent_number(_):
    return str(os.getppid())


def inherited(_):
    return read_some(OPEN_FILE)


def read_some(descriptor):
    os.lseek(descriptor, 0, os.SEEK_SET)
    return os.read(descriptor, 100).decode()


def any_descriptor(_):
    """Whatever else is open: none of its own has a higher number than that of errors."""
    found = []
    for number in range(3, 1024):
        try:
            os.lseek(number, 0, os.SEEK_CUR)
        except OSError as error:
            # A pipe or socket is open, and has no place to be moved to.
            if error.errno == errno.EBADF:
                continue
        found.append(number)
    if not found:
        raise OSError(errno.EBADF, "none")
    return str(len(found))


def open_folder(to):
    descriptor = os.open(os.path.basename(to["secret"]), os.O_RDONLY, dir_fd=OPEN_FOLDER)
    return read_some(descriptor)


def run_memory(_):
    asked(library.mmap(None, ctypes.c_size_t(4096), 7, 34, -1, ctypes.c_long(0)))


def make_memory_run(_):
    at = asked(library.mmap(None, ctypes.c_size_t(4096), 3, 34, -1, ctypes.c_long(0)))
    asked(library.mprotect(ctypes.c_void_p(at), ctypes.c_size_t(4096), 5))


def readable_is_runnable(_):
    call(135, 0x0400000)


def advise(advice, size):
    def attempt(_):
        held = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        at = ctypes.addressof(ctypes.c_char.from_buffer(held))
        asked(library.madvise(ctypes.c_void_p(at), ctypes.c_size_t(size), advice))

    return attempt


def io_uring(_):
    os.close(call(425, 4, ctypes.create_string_buffer(120)))


def memory_file(_):
    os.close(os.memfd_create("x"))


def outlive_the_nursery(_):
    asked(library.prctl(1, 0, 0, 0, 0))


def another_filter(_):
    # Asks whether one could be added that kills, and adds none.
    call(317, 2, 0, ctypes.c_char_p(struct.pack("<I", 0x80000000)))


def raise_limit(kind):
    def attempt(_):
        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    return attempt


def more_files(_):
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))


def shared_memory(_):
    found = asked(library.shmget(0, ctypes.c_size_t(4096), 0o1600))
    asked(library.shmctl(found, 0, None))


def message_queue(_):
    found = asked(library.msgget(0, 0o1600))
    asked(library.msgctl(found, 0, None))


def keyring(_):
    call(250, 0, 2**64 - 3, 0)


def bpf(_):
    attributes = struct.pack("<4I", 2, 4, 4, 1).ljust(128, b"\0")
    os.close(call(321, 0, ctypes.c_char_p(attributes), 128))


def page_faults(_):
    os.close(call(323, os.O_CLOEXEC))


def events_of_performance(_):
    attributes = struct.pack("<IIQ", 1, 128, 0).ljust(128, b"\0")
    os.close(call(298, ctypes.c_char_p(attributes), 0, 2**64 - 1, 2**64 - 1, 0))


def namespace(_):
    call(272, 0x00020000)


def another_user(_):
    os.setuid(12_345)


def control_device(_):
    call(16, 1, 0x541B, ctypes.create_string_buffer(8))


def duplicate(_):
    os.close(os.dup(1))


def pipe(_):
    [os.close(one) for one in os.pipe()]


ATTEMPTS = {
    "connect over TCP": tcp, "send over UDP": udp, "connect to a unix socket": unix,
    "open a netlink socket": netlink, "read a file": read_file, "list a folder": read_folder,
    "write a file": write_file, "read its environment": environment,
    "list the first process": first_process, "open its own memory": own_memory_file, "fork": fork,
    "clone": clone, "clone3": clone3, "start a thread": thread, "vfork": vfork, "execve": execute,
    "ptrace": trace, "read memory of another": read_memory, "write memory of another": write_memory,
    "kill": kill, "hold a process": other_processes, "ask for its parent": parent_number,
    "read what the nursery has open": inherited, "find anything that is open": any_descriptor,
    "open beneath an open folder": open_folder, "map memory to run": run_memory,
    "make memory run": make_memory_run, "make all memory run": readable_is_runnable,
    "merge pages with those of others": advise(12, 4096),
    # Nothing at all is taken out of use: no length.
    "take pages out of use": advise(101, 0),
    "io_uring_setup": io_uring, "memfd_create": memory_file,
    "outlive the nursery": outlive_the_nursery, "seccomp": another_filter,
    "raise the limit of memory": raise_limit(resource.RLIMIT_AS),
    "raise the limit of files": more_files,
    "raise the limit of written bytes": raise_limit(resource.RLIMIT_FSIZE),
    "shmget": shared_memory, "msgget": message_queue, "keyctl": keyring, "bpf": bpf,
    "userfaultfd": page_faults, "perf_event_open": events_of_performance,
    "enter a namespace": namespace, "become another user": another_user,
    "ioctl": control_device, "dup": duplicate, "make a pipe": pipe,
}  # fmt: skip


def attempted(to):
    try:
        return f"done {ATTEMPTS[to['attempt']](to) or ''}"
    except OSError as error:
        return f"errno {errno.errorcode.get(error.errno, error.errno)}"


def write_over(_):
    """Its own file: its bytes, and in memory that is shared with whoever else has it."""
    met = []
    for way in (write_bytes, map_shared):
        try:
            way()
            met.append("done")
        except OSError as error:
            met.append(errno.errorcode[error.errno])
    return " ".join(met)


def write_bytes():
    os.lseek(0, 0, os.SEEK_SET)
    os.write(0, b"taken")


def map_shared():
    at = asked(library.mmap(None, ctypes.c_size_t(4096), 3, 1, 0, ctypes.c_long(0)))
    ctypes.memmove(ctypes.c_void_p(at), b"taken", 5)


def answer_raw(to):
    """Bytes of its own in the place of an answer, also to whatever else is open."""
    given = bytes.fromhex(to["answer"]) * to.get("times", 1)
    for descriptor in range(1, 256):
        view = memoryview(given)
        try:
            while view:
                view = view[os.write(descriptor, view) :]
        except OSError:
            continue
    os._exit(0)


def wait(_):
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        pass
    return "waited"


def secrets(_):
    """Every planted secret in the memory of this process."""
    found = set()
    for begin, end in maps:
        for at in range(begin, end, _CHUNK):
            size = min(_CHUNK + 64, end - at)
            found.update(SECRET.findall(ctypes.string_at(at, size)))
    return " ".join(sorted(one.decode() for one in found))


def note_maps():
    """Before the filter is on: after it, nothing could be opened to find out."""
    with open("/proc/self/maps") as file:
        for line in file:
            place, rights, *_ = line.split()
            if rights.startswith("r") and "[v" not in line:
                maps.append([int(one, 16) for one in place.split("-")])


DEEDS = {"attempt": attempted, "write over": write_over, "answer": answer_raw, "wait": wait,
         "secrets": secrets}  # fmt: skip


def read(data):
    to = json.loads(data.decode())
    return Document(parts=(Part(artefact=Text(text=DEEDS[to["deed"]](to))),))


def plant(secret, *, free=False, leaks=False):
    """In this nursery. Args: free: With neither filter nor limits, and descriptors left open."""
    csv_tables.read = read
    confine = child.confine

    def confined(memory_bytes, cpu_seconds):
        note_maps()
        if not free:
            confine(memory_bytes, cpu_seconds)

    child.confine = confined
    for name, number in ((secret, OPEN_FILE), (os.path.dirname(secret), OPEN_FOLDER)):
        descriptor = os.open(name, os.O_RDONLY)
        os.dup2(descriptor, number)
        os.close(descriptor)
    if free:
        os.closerange = lambda *_: None
    if leaks:
        leak()


def leak():
    """Let each reader have the pipe of the one before it."""
    fork = nursery._fork
    kept = []

    def leaking(reader, descriptors, *limits):
        number = fork(reader, descriptors, *limits)
        while kept:
            os.close(kept.pop())
        kept.append(os.dup(descriptors[1]))
        return number

    nursery._fork = leaking

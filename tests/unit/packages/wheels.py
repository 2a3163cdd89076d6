"""Small wheels for tests."""

import base64
import hashlib
import zipfile


def a_wheel(folder, name="tiny-sums", version="1.0.0", *, says=None, code="TOTAL = 42\n"):
    """Write a wheel that pip installs; `says`: the name inside, when it shall be another."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    files = {
        f"{module}.py": code,
        f"{info}/METADATA": (
            f"Metadata-Version: 2.1\nName: {says or name}\nVersion: {version}\n"
            "Requires-Python: >=3.8\n"
        ),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},{digest(text)},{len(text)}\n" for path, text in files.items())
    path = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in {**files, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(inside, text)
    return path


def digest(text):
    raw = hashlib.sha256(text.encode()).digest()
    return f"sha256={base64.urlsafe_b64encode(raw).rstrip(b'=').decode()}"

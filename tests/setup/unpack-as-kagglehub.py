"""Unpacks each archive of a folder as kagglehub does, and prints what that left on the disk as JSON.

kagglehub 1.0.3, http_resolver.py, _extract_archive: TarFile.extractall with the filter "data", ZipFile.extractall.
"""

import base64
import json
import os
import sys
import tarfile
import tempfile
import warnings
import zipfile

warnings.simplefilter("error")


def extract(archive, folder):
    if tarfile.is_tarfile(archive):
        with tarfile.open(archive) as f:
            f.extractall(folder, filter="data")
    else:
        with zipfile.ZipFile(archive, "r") as f:
            f.extractall(folder)


def content(path):
    if os.path.islink(path):
        return b"a link"
    with open(path, "rb") as file:
        return file.read()


def unpack(archive):
    with tempfile.TemporaryDirectory() as folder:
        try:
            extract(archive, folder)
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}
        root = os.fsencode(folder)
        paths = [os.path.join(place, name) for place, _, names in os.walk(root) for name in names]
        text = lambda data: base64.b64encode(data).decode()
        return {"files": {text(os.path.relpath(path, root)): text(content(path)) for path in paths}}


where = sys.argv[1]
results = [unpack(os.path.join(where, name)) for name in sorted(os.listdir(where))]
print(json.dumps({"version": sys.version_info[1], "results": results}))

"""What the loader and the C library keep for themselves while Python's functions are on the stack:
modules in libraries, and the environment's tree of strings that were overwritten."""

import os
import sys
import importlib


def load_libraries():
    for name in ("bz2", "lzma", "sqlite3", "decimal", "ssl", "ctypes", "json", "queue"):
        try:
            importlib.import_module(name)
        except ImportError:
            pass


def overwrite_environment():
    for i in range(100):
        os.environ[f"LIBC_BLOCKS_{i % 10}"] = f"value number {i}"


load_libraries()
overwrite_environment()
print("ready", flush=True)
sys.stdin.readline()

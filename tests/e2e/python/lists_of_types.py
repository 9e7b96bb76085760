# Lists whose elements look like the count and the type that an object begins with. All is kept.
import sys


class Entry:
    def __init__(self):
        self.data = bytearray(1000)


class Spare:
    pass


kept = [
    [None, int, Entry(), Entry()],
    [Entry(), str, Entry(), Entry()],
    [Entry(), bytes, Entry(), Entry(), Entry(), Entry()],
    [Entry(), Entry(), Entry(), Entry(), Entry(), Spare, Entry()],
]
print("ready", flush=True)
sys.stdin.readline()

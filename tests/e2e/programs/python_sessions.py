"""Classes that hold each other, lost twenty times for each line that comes in.

usage: python_sessions.py on|off|garbage     whether Python's collector runs by itself; garbage: what
                                             it finds it puts into gc.garbage
"""
import gc
import sys


class Session:
    def __init__(self):
        self.peer = Peer(self)
        self.buffer = bytearray(1000)


class Peer:
    __slots__ = ("session", "__weakref__")

    def __init__(self, session):
        self.session = session


def deeper(depth):
    """Overwrites what earlier calls have left on the stacks."""
    return deeper(depth - 1) + 1 if depth else 0


def lose():
    for _ in range(20):
        Session()
    deeper(50)


def main(collector):
    kept = [Session()]
    gc.collect()
    if collector == "garbage":
        gc.set_debug(gc.DEBUG_SAVEALL)
    if collector == "off":
        gc.disable()
    while True:
        lose()
        if collector == "garbage":
            gc.collect()
        print("ready", flush=True)
        if not sys.stdin.readline():
            return kept


main(sys.argv[1])

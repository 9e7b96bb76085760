"""Allocates buffers under many kinds of Python stacks and writes down what each stack was.

    stacks.py TRUTH

Then it says "ready" and waits for a line. TRUTH is a JSON object: a stack as "function:line" from the inside out, joined by " < ", to the
bytes that live buffers of such a stack have. They have LARGE to LARGE + 16 bytes each.
"""
import ctypes
import functools
import gc
import json
import random
import re
import sys
import threading

LARGE = 20011
truth = {}
keep = []
lock = threading.Lock()


def name_of(code):
    return getattr(code, "co_qualname", code.co_name)


def remember(bytes_, frame):
    stack = []
    while frame:
        stack.append("%s:%d" % (name_of(frame.f_code), frame.f_lineno))
        frame = frame.f_back
    key = " < ".join(stack)
    with lock:
        truth[key] = truth.get(key, 0) + bytes_


def allocate(extra=0):
    size = LARGE + extra
    block = bytearray(size); remember(size + 1, sys._getframe())
    keep.append(block)
    return extra


def recurse(depth, last):
    return last() if depth == 0 else recurse(depth - 1, last)


def generate(depth):
    if depth:
        yield from generate(depth - 1)
    yield allocate(depth)


async def wait_for(depth):
    return await wait_for(depth - 1) if depth else allocate(1)


def run_coroutine(coroutine):
    try:
        while True:
            coroutine.send(None)
    except StopIteration:
        pass


class Thing:
    def __init__(self, value):
        self.value = allocate(value)

    def __del__(self):
        allocate(2)

    @property
    def attribute(self):
        return allocate(3)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return allocate(4)

    def __lt__(self, other):
        return allocate(5) < 0

    def __enter__(self):
        allocate(6)

    def __exit__(self, *raised):
        allocate(7)
        return True

    def __call__(self, *arguments):
        return allocate(8)


def objects():
    thing = Thing(1)
    thing.attribute, thing.other
    with thing:
        raise ValueError
    sorted([thing, Thing(2), Thing(3)])
    del thing


def callbacks():
    list(map(lambda value: allocate(value), range(3)))
    sorted(range(4), key=lambda value: allocate(value))
    re.sub("a", lambda match: str(allocate(1)), "banana")
    functools.reduce(lambda a, b: allocate(b), range(3))
    functools.partial(functools.partial(allocate, 2))()
    [allocate(value) for value in range(2)]
    json.loads('[{"a": 1}, {"b": 2}]', object_hook=lambda pairs: allocate(1))
    ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(allocate)(3)
    cached(1), cached(1), cached(2)


@functools.lru_cache(None)
def cached(value):
    return allocate(value)


def compiled():
    """Code objects that come and go at the same addresses."""
    for i in range(300):
        exec("\n" * (i % 7) + "def made_%d(f):\n    return f()\nmade_%d(allocate)" % (i % 5, i % 5))
        eval("(lambda f: f())(allocate)" if i % 2 else "(lambda f:\n f())(allocate)")


def finalized():
    class Cycle:
        def __del__(self):
            allocate(9)
    cycle = Cycle()
    cycle.itself = cycle
    del cycle
    gc.collect()


def deep(last):
    return sorted([1], key=lambda one: recurse(3, last))


WAYS = [
    lambda: allocate(),
    lambda: recurse(3, allocate),
    lambda: sum(generate(3)),
    lambda: run_coroutine(wait_for(2)),
    objects,
    callbacks,
    lambda: recurse(2, lambda: deep(lambda: deep(allocate))),
    finalized,
]


def at_random(seed):
    choose = random.Random(seed)
    for _ in range(60):
        recurse(choose.randrange(5), choose.choice(WAYS))
        keep.extend(choose.randbytes(3) if hasattr(choose, "randbytes") else [0])


def main():
    for way in WAYS:
        way()
    compiled()
    threads = [threading.Thread(target=at_random, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    at_random(99)
    for thread in threads:
        thread.join()


gc.disable()
main()
with open(sys.argv[1], "w") as out:
    json.dump(truth, out)
print("ready", flush=True)
sys.stdin.readline()

"""Lost cycles that weak references still lead to, from all that a program keeps such references in."""
import gc
import sys
import weakref


class Session:
    def __init__(self):
        self.peer = Peer(self)


class Peer:
    def __init__(self, session):
        self.session = session


class Named(weakref.ref):
    __slots__ = ("name",)


every, by_number, named, proxies = weakref.WeakSet(), weakref.WeakValueDictionary(), [], []


def lose(number):
    session = Session()
    every.add(session)
    by_number[number] = session
    named.append(Named(session))
    proxies.append(weakref.proxy(session))


def deeper(depth):
    return deeper(depth - 1) + 1 if depth else 0


gc.collect()
gc.disable()
for number in range(20):
    lose(number)
deeper(50)
print("ready", flush=True)
sys.stdin.readline()

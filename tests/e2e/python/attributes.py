"""Lost cycles of Python objects, closed by attributes, one of each way to keep them."""
import gc
import sys


class Session:
    def __init__(self):
        self.peer = None
        self.name = "session"


class Peer:
    pass


class Channel:
    __slots__ = ("remote", "__local")

    def __init__(self):
        self.__local = self


class Registry(dict):
    """Its keys are users' data."""


def lose_values():
    """Attributes in arrays of values."""
    session, peer = Session(), Peer()
    session.peer = peer
    peer.owner = session


def lose_dictionaries():
    """Asking for __dict__ makes a dictionary."""
    session, peer = Session(), Peer()
    session.peer = peer
    peer.made_later = session
    vars(session), vars(peer)


def lose_slots():
    """Fields that the type has names for, of a class and of a type written in C."""
    channel = Channel()

    def callback():
        return callback, channel

    channel.remote = callback


def lose_data():
    """A dictionary that is an instance, and its own attributes."""
    registry = Registry()
    registry.__dict__ = registry
    registry["secret@example.org"] = registry
    registry["".join(["secret", "_", "identifier"])] = registry


gc.disable()
kept = [{"kept": None} for _ in range(200)]  # else free lists still point to what came from them
for _ in range(8):  # what the last ones left on stacks may be taken for pointers
    lose_values()
    lose_dictionaries()
    lose_slots()
    lose_data()
print("ready", flush=True)
sys.stdin.readline()

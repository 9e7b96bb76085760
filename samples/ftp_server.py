#!/usr/bin/python3
"""A small FTP server on PyFilesystem that loses memory, for caulk to find.

    ftp_server.py FOLDER [PORT-FILE]     serves FOLDER to anybody on 127.0.0.1

Verdict: each dropped connection leaves one lost cycle, OSFS -> MultiFS -> OSFS. Every client gets a
view of two folders, his home laid over a common one; the home knows the view, so that links can
lead out of it. A client that says QUIT has his view closed, which takes the two apart. A client
that just drops the connection has not, and nothing else ever does: the collector is off, as it is
in many a daemon that cannot afford its pauses.
"""
import gc
import signal
import sys

from fs.multifs import MultiFS
from fs.osfs import OSFS
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.filesystems import AbstractedFS
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer


class View(AbstractedFS):
    """What one client sees."""

    def __init__(self, root, session):
        super().__init__(root, session)
        self.home = OSFS(root)
        self.files = MultiFS()
        self.files.add_fs("common", OSFS("/usr/share/common-licenses"), priority=1)
        self.files.add_fs("home", self.home, write=True, priority=2)
        self.home.view = self.files

    def close(self):
        del self.home.view
        self.files.close()

    def listdir(self, path):
        return self.files.listdir(path)

    def isfile(self, path):
        return self.files.isfile(path)

    def isdir(self, path):
        return self.files.isdir(path)


class Session(FTPHandler):
    abstracted_fs = View
    authorizer = DummyAuthorizer()
    timeout = 0

    def ftp_QUIT(self, line):
        if self.fs:
            self.fs.close()
        super().ftp_QUIT(line)


def main():
    gc.disable()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Session.authorizer.add_anonymous(sys.argv[1])
    server = FTPServer(("127.0.0.1", 0), Session)
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w", encoding="ascii") as port_file:
            print(server.socket.getsockname()[1], file=port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()

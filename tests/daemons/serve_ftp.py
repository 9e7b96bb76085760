"""Serves a folder over FTP through a PyFilesystem: serve_ftp.py PORT FOLDER"""
import signal
import sys

from fs.osfs import OSFS
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.filesystems import AbstractedFS
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer


class Served(AbstractedFS):
    def __init__(self, root, session):
        super().__init__(root, session)
        self.files = OSFS(root)

    def inside(self, path):
        return path[len(self.root):] or "/"

    def listdir(self, path):
        return self.files.listdir(self.inside(path))

    def open(self, filename, mode):
        return self.files.open(self.inside(filename), mode)

    def isfile(self, path):
        return self.files.isfile(self.inside(path))

    def isdir(self, path):
        return self.files.isdir(self.inside(path))


authorizer = DummyAuthorizer()
authorizer.add_anonymous(sys.argv[2])
FTPHandler.authorizer = authorizer
FTPHandler.abstracted_fs = Served
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
FTPServer(("127.0.0.1", int(sys.argv[1])), FTPHandler).serve_forever()

"""Opens a DOT file in xdot's own window, as `xdot FILE` does, and ends after the first time that it
was drawn and every tooltip was shown. What GTK, Pango and xdot complain of is on standard error.
"""

import sys

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import GLib, Gtk
import xdot.ui


class Window(xdot.ui.DotWindow):
    def error_dialog(self, message):
        print(message, file=sys.stderr)
        Gtk.main_quit()


def show_tooltips(graph):
    label = Gtk.Label()
    for item in graph.nodes + graph.edges:
        if item.tooltip is not None:
            label.set_markup(item.tooltip.decode())


def on_drawn(widget, _):
    graph = widget.graph
    if graph.nodes:
        show_tooltips(graph)
        print(len(graph.nodes), "nodes", len(graph.edges), "edges")
        GLib.idle_add(Gtk.main_quit)


window = Window()
window.connect("delete-event", Gtk.main_quit)
window.dotwidget.connect_after("draw", on_drawn)
window.open_file(sys.argv[1])
Gtk.main()

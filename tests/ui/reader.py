# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a whole window at once, as a screen reader does that starts from a program's cache: one question, and one
answer with all that was asked for before. A toast is gone after seconds; a question for each thing takes longer than
that where the program is slow, and keeps it from its work."""
from __future__ import annotations

import collections
import functools
import pathlib

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

ACCESSIBLE, COMPONENT = "org.a11y.atspi.Accessible", "org.a11y.atspi.Component"
TEXT, EDITABLE = "org.a11y.atspi.Text", "org.a11y.atspi.EditableText"
ROOT = "/org/a11y/atspi/accessible/root"
SHOWN = 1 << int(Atspi.StateType.SHOWING) | 1 << int(Atspi.StateType.VISIBLE)


def name_of(process: int) -> str:
    try:
        return pathlib.Path(f"/proc/{process}/comm").read_text().strip()
    except OSError:
        return ""


def belongs(process: int, program: int) -> bool:
    """Whether the program speaks, or what speaks for it where it is in a sandbox: nobody's child, and the only one."""
    return process == program or name_of(process) == "xdg-dbus-proxy" and name_of(program) == "bwrap"


Box = collections.namedtuple("Box", "x y width height")
# As it lies in what a program tells of all that it has.
Item = collections.namedtuple("Item", "place program parent index children interfaces name role description states")


def is_shown(states: list) -> bool:
    return states[0] & SHOWN == SHOWN


class Gone(LookupError):
    """What was read is not there any more."""


@functools.cache
def role_name(role: int) -> str:
    return Atspi.role_get_name(Atspi.Role(role))


def is_paper(node) -> bool:
    """A report as it is printed, or a page of it."""
    return node.role.startswith("document") or any(above.role.startswith("document") for above in node.above())


class Node:
    """One thing that was shown when the window was read: its role ('button', 'label' …), name, description and
    parent, as they were then. What is asked of it later is asked of the program, and raises Gone."""

    def __init__(self, reader: Reader, item: Item, parent: Node | None):
        self.reader, self.place, self.parent = reader, item.place, parent
        self.role, self.name, self.description = role_name(item.role), item.name, item.description
        self.states = item.states[0] | item.states[1] << 32
        self.interfaces = item.interfaces
        self.depth = parent.depth + 1 if parent else 0

    def has(self, state: Atspi.StateType) -> bool:
        return bool(self.states >> int(state) & 1)

    def above(self):
        """What it stands in, from the nearest on."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def ask(self, interface: str, method: str, parameters=None) -> tuple:
        answer = self.reader.ask([(*self.place, interface, method, parameters)])[0]
        if answer is None:
            raise Gone(f"{self.role} '{self.name}'")
        return answer

    def box(self) -> Box:
        """Where it lies in its window, in pixels."""
        return Box(*self.ask(COMPONENT, "GetExtents", GLib.Variant("(u)", (Atspi.CoordType.WINDOW,)))[0])

    def text(self) -> str:
        return self.ask(TEXT, "GetText", GLib.Variant("(ii)", (0, -1)))[0]

    def write(self, text: str) -> None:
        """As a program that types for a person does, all at once."""
        self.ask(EDITABLE, "SetTextContents", GLib.Variant("(s)", (text,)))

    def letters(self, *places: int) -> list:
        """The boxes of the letters at these places."""
        return [Box(*self.ask(TEXT, "GetCharacterExtents", GLib.Variant("(iu)", (place, Atspi.CoordType.WINDOW))))
                for place in places]

    def labels(self) -> list:
        """The names of what stands in a relation to it: of an entry, its label."""
        places = [place for _, places in self.ask(ACCESSIBLE, "GetRelationSet")[0] for place in places]
        answers = self.reader.ask([(*place, "org.freedesktop.DBus.Properties", "Get",
                                    GLib.Variant("(ss)", (ACCESSIBLE, "Name"))) for place in places])
        return [answer[0] for answer in answers if answer]


class Reader:
    def __init__(self):
        self.context = GLib.MainContext()
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None,
                                    Gio.DBusCallFlags.NONE, -1)[0]
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.bus = Gio.DBusConnection.new_for_address_sync(address, flags)

    def listen(self) -> list:
        """What is announced from now on, put into the list as hear() comes by it."""
        heard = []

        def announced(bus, sender, path, interface, signal, parameters):
            heard.append(parameters.unpack()[3])

        self.context.push_thread_default()
        self.bus.signal_subscribe(None, "org.a11y.atspi.Event.Object", "Announcement", None, None,
                                  Gio.DBusSignalFlags.NONE, announced)
        self.context.pop_thread_default()
        return heard

    def hear(self) -> None:
        while self.context.iteration(False):
            pass

    def ask(self, questions: list) -> list:
        """The answers to (name, path, interface, method, parameters), None where there is none."""
        answers = [None] * len(questions)
        left = len(questions)

        def answered(bus, outcome, index):
            nonlocal left
            left -= 1
            try:
                answers[index] = bus.call_finish(outcome).unpack()
            except GLib.Error:
                pass  # gone meanwhile

        self.context.push_thread_default()
        try:
            for index, (name, path, interface, method, parameters) in enumerate(questions):
                self.bus.call(name, path, interface, method, parameters, None, Gio.DBusCallFlags.NO_AUTO_START,
                              20000, None, answered, index)
            while left:
                self.context.iteration(True)
        finally:
            self.context.pop_thread_default()
        return answers

    def programs(self, process: int) -> list:
        programs = self.ask([("org.a11y.atspi.Registry", ROOT, ACCESSIBLE, "GetChildren", None)])[0]
        programs = programs[0] if programs else []
        identities = self.ask([("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                "GetConnectionUnixProcessID", GLib.Variant("(s)", (name,))) for name, path in programs])
        return [program for program, identity in zip(programs, identities)
                if identity and belongs(identity[0], process)]

    def items(self, program: str) -> dict:
        """What a program tells in one answer: all that it was ever asked for, and what that is now."""
        answer = self.ask([(program, "/org/a11y/atspi/cache", "org.a11y.atspi.Cache", "GetItems", None)])[0]
        return {item.place: item for item in (Item(*item) for item in (answer[0] if answer else []))}

    def tree(self, root: tuple, items: dict) -> tuple:
        """What lies in what among all that is shown, which its cache does not tell of what has come or gone; and
        whether something was not in the cache yet."""
        below, level, new = {}, [root], False
        while level:
            answers = self.ask([(*place, ACCESSIBLE, "GetChildren", None) for place in level])
            below.update((place, answer[0]) for place, answer in zip(level, answers) if answer)
            level = [child for place in level for child in below.get(place, ())]
            strangers = [place for place in level if place not in items]
            states = self.ask([(*place, ACCESSIBLE, "GetState", None) for place in strangers])
            seen = {place for place, state in zip(strangers, states) if state and is_shown(state[0])}
            level = [place for place in level if place in seen or place in items and is_shown(items[place].states)]
            new = new or bool(strangers)
        return below, new

    def shown(self, process: int) -> list:
        """Everything that a program shows, as one would come by reading."""
        found = []
        for root in self.programs(process):
            items = self.items(root[0])
            below, new = self.tree(root, items)
            if new:
                items = self.items(root[0])

            def come_by(place, parent):
                for item in (items[child] for child in below.get(place, ()) if child in items):
                    if is_shown(item.states):
                        node = Node(self, item, parent)
                        found.append(node)
                        come_by(item.place, node)

            come_by(root, None)
        return found

    def texts(self, process: int):
        """Every name and description that a program shows, the outermost first; what is written on a paper is the
        paper's own, in a language of its own."""
        for node in sorted(self.shown(process), key=lambda node: node.depth):
            yield from filter(None, (node.name, "" if is_paper(node) else node.description))

# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a whole window aloud at once: every question that a screen reader has to ask of a level of the tree is
asked before the first answer is waited for. A toast is gone after seconds; one question after another takes longer
than that where the program is slow."""
import pathlib

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

ACCESSIBLE = "org.a11y.atspi.Accessible"
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

    def windows(self, process: int) -> list:
        programs = self.ask([("org.a11y.atspi.Registry", ROOT, ACCESSIBLE, "GetChildren", None)])[0]
        programs = programs[0] if programs else []
        identities = self.ask([("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                                "GetConnectionUnixProcessID", GLib.Variant("(s)", (name,))) for name, path in programs])
        found = [program for program, identity in zip(programs, identities) if identity and belongs(identity[0], process)]
        answers = self.ask([(name, path, ACCESSIBLE, "GetChildren", None) for name, path in found])
        return [child for answer in answers if answer for child in answer[0]]

    def texts(self, process: int):
        """Every name and description that a program shows."""
        nodes = self.windows(process)
        while nodes:
            states = self.ask([(name, path, ACCESSIBLE, "GetState", None) for name, path in nodes])
            nodes = [node for node, state in zip(nodes, states) if state and state[0][0] & SHOWN == SHOWN]
            words = [(name, path, "org.freedesktop.DBus.Properties", "GetAll", GLib.Variant("(s)", (ACCESSIBLE,)))
                     for name, path in nodes]
            answers = self.ask(words + [(name, path, ACCESSIBLE, "GetChildren", None) for name, path in nodes])
            for answer in filter(None, answers[:len(nodes)]):
                yield from (text for text in (answer[0].get("Name"), answer[0].get("Description")) if text)
            nodes = [child for answer in filter(None, answers[len(nodes):]) for child in answer[0]]

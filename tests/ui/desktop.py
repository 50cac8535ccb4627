# SPDX-License-Identifier: GPL-3.0-or-later
"""What a desktop offers to programs, as stand-ins on the session bus: notifications and the Background portal.

    desktop = desktop.Desktop()
    desktop.shown            # what is shown now: {number: (title, body)}
    desktop.press()          # on the last of them
    desktop.allows = False   # what the portal answers from now on
"""
import threading
import time

from gi.repository import Gio, GLib

INTERFACES = """<node>
  <interface name="org.freedesktop.Notifications">
    <method name="Notify">
      <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
      <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
      <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
    </method>
    <method name="CloseNotification"><arg type="u" direction="in"/></method>
    <method name="GetCapabilities"><arg type="as" direction="out"/></method>
    <signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
  </interface>
  <interface name="org.freedesktop.portal.Background">
    <method name="RequestBackground">
      <arg type="s" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/>
    </method>
  </interface>
</node>"""
NOTIFICATIONS = "/org/freedesktop/Notifications"
PORTAL = "/org/freedesktop/portal/desktop"


class Desktop:
    def __init__(self) -> None:
        self.shown, self.told, self.allows, self.asked = {}, [], True, 0
        self.number = 0
        context = GLib.MainContext()
        ready = threading.Event()
        threading.Thread(target=self.serve, args=(context, ready), daemon=True).start()
        ready.wait(10)
        time.sleep(0.2)

    def serve(self, context, ready) -> None:
        context.push_thread_default()
        address = Gio.dbus_address_get_for_bus_sync(Gio.BusType.SESSION)
        flags = Gio.DBusConnectionFlags
        self.bus = Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION)
        notifications, background = Gio.DBusNodeInfo.new_for_xml(INTERFACES).interfaces
        self.bus.register_object(NOTIFICATIONS, notifications, self.called, None, None)
        self.bus.register_object(PORTAL, background, self.called, None, None)
        for name in ("org.freedesktop.Notifications", "org.freedesktop.portal.Desktop"):
            Gio.bus_own_name_on_connection(self.bus, name, Gio.BusNameOwnerFlags.REPLACE, None, None)
        ready.set()
        GLib.MainLoop(context).run()

    def called(self, bus, sender, path, interface, method, parameters, invocation) -> None:
        if method == "Notify":
            _, replaces, _, title, body, self.actions, _, _ = parameters.unpack()
            self.number += 0 if replaces else 1
            self.shown[replaces or self.number] = (title, body)
            self.told.append((title, body))
            invocation.return_value(GLib.Variant("(u)", (replaces or self.number,)))
        elif method == "CloseNotification":
            self.shown.pop(parameters.unpack()[0], None)
            invocation.return_value(None)
        elif method == "GetCapabilities":
            invocation.return_value(GLib.Variant("(as)", (["actions", "body"],)))
        else:
            self.asked += 1
            token = parameters.unpack()[1]["handle_token"]
            request = f"{PORTAL}/request/{sender[1:].replace('.', '_')}/{token}"
            invocation.return_value(GLib.Variant("(o)", (request,)))
            answer = {"background": GLib.Variant("b", self.allows), "autostart": GLib.Variant("b", False)}
            bus.emit_signal(sender, request, "org.freedesktop.portal.Request", "Response",
                            GLib.Variant("(ua{sv})", (0 if self.allows else 1, answer)))

    def press(self) -> None:
        """On the notification that was told of last, which is closed by that."""
        self.shown.pop(self.number, None)
        self.bus.emit_signal(None, NOTIFICATIONS, "org.freedesktop.Notifications", "ActionInvoked",
                             GLib.Variant("(us)", (self.number, "default")))

    def shows(self, text: str) -> bool:
        return any(text in title or text in body for title, body in self.shown.values())

-- SPDX-License-Identifier: GPL-3.0-or-later
-- Originals that were taken off this laptop on purpose. Schema version 14.

-- The row is there before the file goes, and goes when the file is back. server: identity of the object
-- store that said just before that it has the very bytes; backup: when the backup was made whose copy was
-- read just before, as its list says.
CREATE TABLE pruned_image (
  image TEXT PRIMARY KEY REFERENCES image (uuid),
  server TEXT NOT NULL,
  backup TEXT NOT NULL,
  pruned_by TEXT NOT NULL,
  pruned_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

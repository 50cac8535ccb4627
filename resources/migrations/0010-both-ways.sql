-- SPDX-License-Identifier: GPL-3.0-or-later
-- Counts with cells by key and from marks on fields. Schema version 10.

-- The reader of the count was told of both, and said that they are other cells.
CREATE TABLE count_both_ways (
  cell_count INTEGER PRIMARY KEY REFERENCES cell_count (id),
  said_by TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  at_offset INTEGER NOT NULL,
  at_by_hand INTEGER NOT NULL
) STRICT;

CREATE TRIGGER count_both_ways_is_kept BEFORE DELETE ON count_both_ways
BEGIN
  SELECT raise(ABORT, 'what was said of a count is never removed');
END;

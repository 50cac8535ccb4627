-- SPDX-License-Identifier: GPL-3.0-or-later
-- Orders that the laboratory cannot carry out, and who is told. Schema version 19.

-- lab_order: no reference: an order for nothing that is done here is no record. refused_by: who
-- refused on another laptop may be no user here, so the name stands beside the UUID. held_us: until
-- then it is not sent, and can be taken back.
CREATE TABLE order_refusal (
  id INTEGER PRIMARY KEY,
  lab_order TEXT NOT NULL UNIQUE,
  patient TEXT NOT NULL REFERENCES patient (uuid),
  withdrawn INTEGER NOT NULL DEFAULT 0 CHECK (withdrawn IN (0, 1)),
  reason TEXT NOT NULL CHECK (reason IN ('no-reagent', 'not-done', 'not-in-time', 'other')),
  words TEXT,
  refused_by TEXT,
  refused_by_name TEXT,
  at_us INTEGER NOT NULL,
  at_offset INTEGER NOT NULL,
  at_by_hand INTEGER NOT NULL,
  held_us INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL,
  CHECK (reason <> 'other' OR words IS NOT NULL)
) STRICT;

CREATE INDEX order_refusal_newest ON order_refusal (at_us) WHERE withdrawn = 0;

-- The Tasks that say so: those of who ordered, or else one of this clinic's.
CREATE TABLE refusal_task (
  task TEXT PRIMARY KEY,
  lab_order TEXT NOT NULL REFERENCES order_refusal (lab_order)
) STRICT, WITHOUT ROWID;

CREATE INDEX refusal_task_order ON refusal_task (lab_order);

CREATE TRIGGER order_refusal_is_kept BEFORE DELETE ON order_refusal
BEGIN
  SELECT raise(ABORT, 'what was refused is kept');
END;

CREATE TRIGGER order_refusal_stays BEFORE UPDATE OF lab_order, patient ON order_refusal
BEGIN
  SELECT raise(ABORT, 'what was refused stays');
END;

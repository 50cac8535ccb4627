-- SPDX-License-Identifier: GPL-3.0-or-later
-- What was typed into a form and not saved yet, so that a cut of power does not take it. Never leaves
-- this laptop: no change row, no queue row.

-- form: 'patient', 'patient UUID', 'specimen UUID'; content: JSON of the form's own.
CREATE TABLE form_draft (
  user TEXT NOT NULL REFERENCES user (uuid),
  form TEXT NOT NULL,
  content TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  PRIMARY KEY (user, form)
) STRICT, WITHOUT ROWID;

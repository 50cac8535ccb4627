-- SPDX-License-Identifier: GPL-3.0-or-later
-- Pictures that readers ask for, and that they go before all others.

-- image: of this laptop or of another, so no reference. specimen: the tube. asked_by: who asks from
-- elsewhere is no user here, so the name stands beside the UUID. changed_us: when it came into its state.
CREATE TABLE picture_request (
  id INTEGER PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  image TEXT NOT NULL,
  specimen TEXT NOT NULL REFERENCES specimen (uuid),
  state TEXT NOT NULL CHECK (state IN ('asked', 'sent', 'refused', 'withdrawn')),
  asked_by TEXT,
  asked_by_name TEXT,
  asked_us INTEGER NOT NULL,
  asked_offset INTEGER NOT NULL,
  asked_by_hand INTEGER NOT NULL,
  reason TEXT,
  changed_us INTEGER NOT NULL,
  changed_offset INTEGER NOT NULL,
  changed_by_hand INTEGER NOT NULL,
  version INTEGER NOT NULL,
  CHECK (state = 'refused' OR reason IS NULL)
) STRICT;

CREATE INDEX picture_request_image ON picture_request (image, id);
CREATE INDEX picture_request_specimen ON picture_request (specimen);
CREATE INDEX picture_request_open ON picture_request (image) WHERE state = 'asked';

CREATE TRIGGER picture_request_stays BEFORE UPDATE ON picture_request
WHEN NEW.uuid <> OLD.uuid OR NEW.image <> OLD.image OR NEW.specimen <> OLD.specimen
BEGIN
  SELECT raise(ABORT, 'what was asked for stays');
END;

CREATE TRIGGER picture_request_is_kept BEFORE DELETE ON picture_request
BEGIN
  SELECT raise(ABORT, 'what was asked for is kept');
END;

-- A rank is never lowered: what lies on the shelf goes first as well once a person sends it on.
CREATE TRIGGER picture_request_asked AFTER INSERT ON picture_request
WHEN NEW.state = 'asked'
BEGIN
  UPDATE queue SET rank = 4 WHERE lane > 0 AND state <> 'received' AND rank < 4 AND object = NEW.image;
END;

CREATE TRIGGER picture_request_asked_again AFTER UPDATE OF state ON picture_request
WHEN NEW.state = 'asked' AND OLD.state <> 'asked'
BEGIN
  UPDATE queue SET rank = 4 WHERE lane > 0 AND state <> 'received' AND rank < 4 AND object = NEW.image;
END;

DROP VIEW picture_rank;
CREATE VIEW picture_rank (image, rank) AS
  SELECT image.uuid, CASE
    WHEN EXISTS (SELECT 1 FROM picture_request WHERE picture_request.image = image.uuid
                 AND picture_request.state = 'asked') THEN 4
    WHEN EXISTS (SELECT 1 FROM reading WHERE reading.specimen = tube.uuid
                 AND reading.state IN ('requested', 'accepted')) THEN 3
    WHEN case_state.urgency = 2 OR case_state.state = 3 THEN 2
    ELSE image.in_report END
  FROM image JOIN specimen AS part ON part.uuid = image.specimen
  JOIN specimen AS tube ON tube.uuid = coalesce(part.parent, part.uuid)
  JOIN case_state ON case_state.specimen = tube.id;

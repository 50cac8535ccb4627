-- SPDX-License-Identifier: GPL-3.0-or-later
-- What goes first of the pictures that wait: those of a case that somebody is asked to read, of an urgent
-- or critical one, in a report, and then the newest. A rank is never lowered.

CREATE TRIGGER queue_picture_rank AFTER INSERT ON queue
WHEN NEW.lane > 0
BEGIN
  UPDATE queue SET rank = coalesce((SELECT rank FROM picture_rank WHERE image = NEW.object), 0)
  WHERE seq = NEW.seq;
END;

CREATE TRIGGER reading_picture_rank AFTER INSERT ON reading
WHEN NEW.state IN ('requested', 'accepted')
BEGIN
  UPDATE queue SET rank = 3 WHERE lane > 0 AND state = 'waiting' AND rank < 3 AND object IN (
    SELECT uuid FROM image WHERE specimen = NEW.specimen
    UNION ALL SELECT image.uuid FROM specimen JOIN image ON image.specimen = specimen.uuid
    WHERE specimen.parent = NEW.specimen);
END;

CREATE TRIGGER case_picture_rank AFTER UPDATE OF state, urgency ON case_state
WHEN (NEW.state = 3 AND OLD.state <> 3) OR (NEW.urgency = 2 AND OLD.urgency <> 2)
BEGIN
  UPDATE queue SET rank = 2 WHERE lane > 0 AND state = 'waiting' AND rank < 2 AND object IN (
    SELECT image.uuid FROM specimen AS tube JOIN image ON image.specimen = tube.uuid
    WHERE tube.id = NEW.specimen
    UNION ALL SELECT image.uuid FROM specimen AS tube JOIN specimen AS part ON part.parent = tube.uuid
    JOIN image ON image.specimen = part.uuid WHERE tube.id = NEW.specimen);
END;

CREATE TRIGGER image_picture_rank AFTER UPDATE OF in_report ON image
WHEN NEW.in_report AND NOT OLD.in_report
BEGIN
  UPDATE queue SET rank = 1 WHERE lane > 0 AND state = 'waiting' AND rank < 1 AND object = NEW.uuid;
END;

CREATE VIEW picture_rank (image, rank) AS
  SELECT image.uuid, CASE
    WHEN EXISTS (SELECT 1 FROM reading WHERE reading.specimen = tube.uuid
                 AND reading.state IN ('requested', 'accepted')) THEN 3
    WHEN case_state.urgency = 2 OR case_state.state = 3 THEN 2
    ELSE image.in_report END
  FROM image JOIN specimen AS part ON part.uuid = image.specimen
  JOIN specimen AS tube ON tube.uuid = coalesce(part.parent, part.uuid)
  JOIN case_state ON case_state.specimen = tube.id;

UPDATE queue SET rank = coalesce((SELECT picture.rank FROM picture_rank AS picture
                                  WHERE picture.image = queue.object), 0)
WHERE lane > 0 AND state = 'waiting';

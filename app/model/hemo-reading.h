/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A case that a pathologist is asked to read, and what was answered. */

#pragma once

#include "hemo-specimen.h"

G_BEGIN_DECLS

/**
 * HemoReadingState: TaskStatus of FHIR R4, as far as a reading goes through it
 * @HEMO_READING_REQUESTED: nobody has begun
 * @HEMO_READING_ACCEPTED: a pathologist has it in hand
 * @HEMO_READING_COMPLETED: answered, by a person
 * @HEMO_READING_CANCELLED: not wanted any more, or declined; with the reason
 */
typedef enum
{
  HEMO_READING_REQUESTED,
  HEMO_READING_ACCEPTED,
  HEMO_READING_COMPLETED,
  HEMO_READING_CANCELLED,
} HemoReadingState;

/* Sets of states, as bits 1 << HemoReadingState: those that wait for an answer, and all. */
#define HEMO_READING_OPEN ((1u << HEMO_READING_REQUESTED) | (1u << HEMO_READING_ACCEPTED))
#define HEMO_READING_ALL ((1u << (HEMO_READING_CANCELLED + 1)) - 1)

/* 'requested' … */
const char *hemo_reading_state_to_code (HemoReadingState state);
gboolean hemo_reading_state_from_code (const char *code, HemoReadingState *out, GError **error);

/**
 * HemoConclusion: what the answer comes to
 * @HEMO_CONCLUSION_NONE: not said, as in an answer from another program
 * @HEMO_CONCLUSION_AGREES: the report holds
 * @HEMO_CONCLUSION_DIFFERS: something else is seen: the report has to be looked at again
 * @HEMO_CONCLUSION_UNCLEAR: it cannot be told from what was sent
 */
typedef enum
{
  HEMO_CONCLUSION_NONE,
  HEMO_CONCLUSION_AGREES,
  HEMO_CONCLUSION_DIFFERS,
  HEMO_CONCLUSION_UNCLEAR,
  HEMO_CONCLUSIONS,
} HemoConclusion;

/* 'none', 'agrees' … */
const char *hemo_conclusion_to_code (HemoConclusion conclusion);
gboolean hemo_conclusion_from_code (const char *code, HemoConclusion *out, GError **error);

/* Characters. */
#define HEMO_READING_QUESTION_MAX 1000
#define HEMO_READING_ANSWER_MAX 4000

/**
 * HemoReading:
 * @specimen: UUID of the tube
 * @question: what the pathologist is asked
 * @asked_by: UUID of a user
 * @asked_by_name: as it was then, or NULL
 * @reader: UUID of who has it in hand, answered or declined, or NULL; may be of another clinic
 * @reader_name: or NULL
 * @report_version: which signed report was there when it was asked for, then when it was answered;
 * 0: none
 * @answer: or NULL
 * @reason: why it was cancelled, or NULL
 * @changed_at: when it came into its state; of a completed one, when it was answered
 */
typedef struct
{
  char *uuid;
  char *specimen;
  HemoReadingState state;
  HemoUrgency urgency;
  char *question;
  char *asked_by;
  char *asked_by_name;
  HemoTime asked_at;
  char *reader;
  char *reader_name;
  int report_version;
  HemoConclusion conclusion;
  char *answer;
  char *reason;
  HemoTime changed_at;
  gint64 version;
} HemoReading;

HemoReading *hemo_reading_new (const char *specimen);
HemoReading *hemo_reading_copy (const HemoReading *self);
void hemo_reading_free (HemoReading *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HemoReading, hemo_reading_free)

/* Whether it still waits for an answer. */
gboolean hemo_reading_is_open (const HemoReading *self);

G_END_DECLS

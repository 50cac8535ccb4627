/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Letterhead, notices, patient and specimen, head and foot of every page, signature. */

#include "hemo-list-words.h"
#include "hemo-report-sheet-private.h"

#include <math.h>
#include <string.h>

#define LABEL_WIDTH 76.0
#define GUTTER 18.0
#define LOGO_HEIGHT 46.0
#define LOGO_WIDTH 110.0
#define LONGEST_NOTICE 250.0

static const HemoText label_style = { .size = 8, .ink = HEMO_INK_GREY };
static const HemoText value_style = { .size = 8.5, .ink = HEMO_INK_BLACK };
static const HemoText strong_style = { .size = 8.5, .bold = TRUE, .ink = HEMO_INK_BLACK };

static const char *const sexes[] = {
  [HEMO_SEX_UNKNOWN] = N_ ("not known"),
  [HEMO_SEX_FEMALE] = N_ ("female"),
  [HEMO_SEX_MALE] = N_ ("male"),
  [HEMO_SEX_OTHER] = N_ ("other"),
};

static const char *const types[] = {
  [HEMO_SPECIMEN_VENOUS_EDTA] = N_ ("Venous blood, EDTA"),
  [HEMO_SPECIMEN_CAPILLARY] = N_ ("Capillary blood"),
  [HEMO_SPECIMEN_MARROW] = N_ ("Bone marrow"),
  [HEMO_SPECIMEN_THIN_FILM] = N_ ("Thin film"),
  [HEMO_SPECIMEN_THICK_FILM] = N_ ("Thick film"),
};

static const char *const stains[] = {
  [HEMO_STAIN_NONE] = NULL,
  [HEMO_STAIN_GIEMSA] = N_ ("Giemsa"),
  [HEMO_STAIN_WRIGHT] = N_ ("Wright"),
  [HEMO_STAIN_MAY_GRUNWALD_GIEMSA] = N_ ("May-Grünwald-Giemsa"),
  [HEMO_STAIN_LEISHMAN] = N_ ("Leishman"),
  [HEMO_STAIN_FIELD] = N_ ("Field"),
};

static const char *const pregnancies[] = {
  [HEMO_PREGNANCY_UNKNOWN] = NULL,
  [HEMO_PREGNANCY_NO] = NULL,
  [HEMO_PREGNANCY_TRIMESTER_1] = N_ ("1st trimester"),
  [HEMO_PREGNANCY_TRIMESTER_2] = N_ ("2nd trimester"),
  [HEMO_PREGNANCY_TRIMESTER_3] = N_ ("3rd trimester"),
};

static const char *const rejections[] = {
  [HEMO_REJECTION_NONE] = NULL,
  [HEMO_REJECTION_CLOTTED] = N_ ("clotted"),
  [HEMO_REJECTION_HAEMOLYSED] = N_ ("haemolysed"),
  [HEMO_REJECTION_INSUFFICIENT] = N_ ("not enough blood"),
  [HEMO_REJECTION_UNLABELLED] = N_ ("not labelled"),
  [HEMO_REJECTION_WRONG_TUBE] = N_ ("wrong tube"),
  [HEMO_REJECTION_TOO_OLD] = N_ ("too old"),
  [HEMO_REJECTION_BROKEN] = N_ ("broken or leaking"),
  [HEMO_REJECTION_POOR_SMEAR] = N_ ("smear cannot be read"),
  [HEMO_REJECTION_OTHER] = N_ ("other reason"),
};

static const char *const statuses[] = {
  [HEMO_REPORT_DRAFT] = N_ ("DRAFT"),         [HEMO_REPORT_PRELIMINARY] = N_ ("PRELIMINARY"),
  [HEMO_REPORT_FINAL] = N_ ("FINAL"),         [HEMO_REPORT_AMENDED] = N_ ("AMENDED"),
  [HEMO_REPORT_CORRECTED] = N_ ("CORRECTED"), [HEMO_REPORT_ENTERED_IN_ERROR] = N_ ("WITHDRAWN"),
  [HEMO_REPORT_CANCELLED] = N_ ("CANCELLED"),
};

const char *
hemo_sheet_status_word (HemoReportStatus status)
{
  return statuses[status];
}

/* Returns the width that it took. */
static double
draw_logo (HemoSheet *self)
{
  cairo_t *cr = hemo_paper_get_cairo (self->paper);
  cairo_surface_t *logo = hemo_sheet_load_png (self->data->clinic->logo);
  double scale, width;

  if (logo == NULL)
    return 0;
  scale = MIN (LOGO_HEIGHT / cairo_image_surface_get_height (logo),
               LOGO_WIDTH / cairo_image_surface_get_width (logo));
  width = scale * cairo_image_surface_get_width (logo);
  cairo_save (cr);
  cairo_translate (cr, hemo_paper_left (self->paper, HEMO_SHEET_MARGIN, width), self->y);
  cairo_scale (cr, scale, scale);
  cairo_set_source_surface (cr, logo, 0, 0);
  cairo_paint (cr);
  cairo_restore (cr);
  cairo_surface_destroy (logo);
  return width + 10;
}

static double
draw_clinic (HemoSheet *self, double x, double width)
{
  const HemoClinicInfo *clinic = self->data->clinic;
  HemoText name = { .size = 14, .bold = TRUE, .ink = HEMO_INK_ACCENT };
  HemoText phone = { .size = 8, .ink = HEMO_INK_GREY, .number = TRUE };
  double y = self->y;

  y += hemo_paper_text (self->paper, &name, clinic->name != NULL ? clinic->name : "", x, y, width);
  if (clinic->address != NULL && *clinic->address != '\0')
    y += hemo_paper_text (self->paper, &label_style, clinic->address, x, y, width);
  if (clinic->phone != NULL && *clinic->phone != '\0')
    y += hemo_paper_text (self->paper, &phone, clinic->phone, x, y, width);
  return y;
}

static double
draw_status (HemoSheet *self, double width)
{
  HemoText kind = { .size = 9, .ink = HEMO_INK_GREY, .side = HEMO_SIDE_END };
  HemoText word = { .size = 20, .bold = TRUE, .ink = HEMO_INK_BLACK, .side = HEMO_SIDE_END };
  const char *text = hemo_sheet_tr (self, statuses[self->report->status]);
  double x = self->width - HEMO_SHEET_MARGIN - width;
  double y = self->y;

  word.size = MIN (word.size, word.size * width / hemo_paper_text_width (self->paper, &word, text));
  y += hemo_paper_text (self->paper, &kind, hemo_sheet_tr (self, N_ ("Blood smear report")), x, y,
                        width);
  return y + hemo_paper_text (self->paper, &word, text, x, y, width);
}

void
hemo_sheet_draw_letterhead (HemoSheet *self)
{
  double status_width = 172;
  double logo = draw_logo (self);
  double clinic
      = draw_clinic (self, HEMO_SHEET_MARGIN + logo, self->inner - logo - status_width - GUTTER);
  double status = draw_status (self, status_width);

  self->y = MAX (MAX (clinic, status), logo > 0 ? self->y + LOGO_HEIGHT : 0) + 6;
  hemo_paper_box (self->paper, HEMO_INK_ACCENT, HEMO_SHEET_MARGIN, self->y, self->inner, 1.6);
  self->y += 9;
}

void
hemo_sheet_draw_running_head (HemoSheet *self)
{
  HemoText status = strong_style;
  g_autofree char *name = hemo_patient_display_name (self->data->patient);
  g_autofree char *isolated = hemo_sheet_isolate (self, name);
  g_autofree char *accession = hemo_sheet_isolate (self, self->data->specimen->accession);
  g_autofree char *text = g_strdup_printf ("%s · %s", isolated, accession);
  HemoText style = strong_style;

  style.one_line = TRUE;
  status.side = HEMO_SIDE_END;
  hemo_paper_text (self->paper, &status, hemo_sheet_tr (self, statuses[self->report->status]),
                   self->width - HEMO_SHEET_MARGIN - 150, self->y, 150);
  self->y
      += hemo_paper_text (self->paper, &style, text, HEMO_SHEET_MARGIN, self->y, self->inner - 160);
  hemo_paper_box (self->paper, HEMO_INK_LINE, HEMO_SHEET_MARGIN, self->y + 3, self->inner, 0.75);
  self->y += 12;
}

static char *
format_document (const HemoSheet *self)
{
  g_autofree char *id = hemo_sheet_isolate (self, self->report->uuid);

  if (self->report->version == 0)
    return g_strdup_printf (hemo_sheet_tr (self, N_ ("Document %s, not signed")), id);
  return g_strdup_printf (hemo_sheet_tr (self, N_ ("Document %s, version %d")), id,
                          self->report->version);
}

static char *
format_program (const HemoSheet *self)
{
  const char *version = self->report->program_version;
  g_autofree char *program
      = g_strdup_printf ("Hemogram %s", version != NULL ? version : HEMO_VERSION);
  g_autofree char *isolated = hemo_sheet_isolate (self, program);

  if (self->unknown == 0)
    return g_steal_pointer (&isolated);
  /* A box in place of a letter of a name must not go unnoticed. */
  return g_strdup_printf (
      "%s · %s", isolated,
      hemo_sheet_tr (self, N_ ("Some letters have no shape in the fonts here")));
}

void
hemo_sheet_draw_foot (HemoSheet *self)
{
  HemoText style = { .size = 7, .ink = HEMO_INK_GREY, .one_line = TRUE };
  g_autofree char *document = format_document (self);
  g_autofree char *program = format_program (self);
  g_autofree char *page
      = g_strdup_printf (hemo_sheet_tr (self, N_ ("Page %d of %d")), self->page, self->pages);
  double y = self->bottom + 14;
  double half = self->inner * 0.7;

  hemo_paper_box (self->paper, HEMO_INK_LINE, HEMO_SHEET_MARGIN, y - 4, self->inner, 0.75);
  hemo_paper_text (self->paper, &style, document, HEMO_SHEET_MARGIN, y, half);
  hemo_paper_text (self->paper, &style, program, HEMO_SHEET_MARGIN, y + 10, half);
  style.side = HEMO_SIDE_END;
  style.size = 8;
  hemo_paper_text (self->paper, &style, page, HEMO_SHEET_MARGIN + half, y, self->inner - half);
}

/* The report that this one replaces: by its hash, else the version before. */
static const HemoReport *
find_replaced (const HemoSheet *self)
{
  const HemoReport *found = NULL;

  for (guint i = 0; self->data->reports != NULL && i < self->data->reports->len; i++)
    {
      const HemoReport *other = self->data->reports->pdata[i];

      if (self->report->replaces_sha256 != NULL
          && g_strcmp0 (other->pdf_sha256, self->report->replaces_sha256) == 0)
        return other;
      if (other->version < self->report->version)
        found = other;
    }
  return found;
}

static void
append_reason (HemoSheet *self, GString *text)
{
  g_autofree char *reason = NULL;

  if (self->report->reason == NULL || *self->report->reason == '\0')
    return;
  reason = hemo_sheet_isolate (self, self->report->reason);
  g_string_append_c (text, ' ');
  g_string_append_printf (text, hemo_sheet_tr (self, N_ ("Reason: %s")), reason);
}

static char *
format_replacement (HemoSheet *self)
{
  const HemoReport *replaced = find_replaced (self);
  GString *text = g_string_new (NULL);

  if (replaced != NULL)
    {
      g_autofree char *when = hemo_sheet_time (self, replaced->signed_at);

      g_string_append_printf (text,
                              hemo_sheet_tr (self, N_ ("Replaces the report of %s (version %d).")),
                              when, replaced->version);
    }
  else
    g_string_append (text, hemo_sheet_tr (self, N_ ("Replaces an earlier report.")));
  append_reason (self, text);
  return g_string_free (text, FALSE);
}

static char *
format_withdrawal (HemoSheet *self)
{
  GString *text = g_string_new (
      hemo_sheet_tr (self, N_ ("Withdrawn: it was entered in error. Do not use the results that "
                               "were reported before.")));

  append_reason (self, text);
  return g_string_free (text, FALSE);
}

static char *
format_rejection (HemoSheet *self)
{
  const HemoSpecimen *specimen = self->data->specimen;
  const char *reason = hemo_sheet_tr (self, rejections[specimen->rejection]);
  g_autofree char *text
      = g_strdup_printf (hemo_sheet_tr (self, N_ ("The specimen was rejected: %s.")), reason);

  if (specimen->rejection_note == NULL || *specimen->rejection_note == '\0')
    return g_steal_pointer (&text);
  return g_strdup_printf ("%s %s", text, specimen->rejection_note);
}

static char *
format_notice (HemoSheet *self)
{
  switch (self->report->status)
    {
    case HEMO_REPORT_DRAFT:
      return g_strdup (hemo_sheet_tr (self, N_ ("Not signed by anybody. Not for treatment.")));
    case HEMO_REPORT_PRELIMINARY:
      return g_strdup (
          hemo_sheet_tr (self, N_ ("Preliminary results may change; a final report follows.")));
    case HEMO_REPORT_ENTERED_IN_ERROR:
      return format_withdrawal (self);
    case HEMO_REPORT_CANCELLED:
      return g_strdup (hemo_sheet_tr (
          self, N_ ("Cancelled. Do not use the results that were reported before.")));
    case HEMO_REPORT_AMENDED:
    case HEMO_REPORT_CORRECTED:
      return format_replacement (self);
    default:
      return NULL;
    }
}

/* In a frame, for what must not be overlooked. */
static void
draw_notice (HemoSheet *self, const char *text)
{
  HemoText style = { .size = 9, .bold = TRUE, .ink = HEMO_INK_BLACK };
  double width = self->inner - 16;
  double height = hemo_paper_measure (self->paper, &style, text, width);

  if (height > LONGEST_NOTICE)
    {
      hemo_sheet_paragraph (self, &style, text);
      self->y += 8;
      return;
    }
  hemo_sheet_need (self, height + 14);
  hemo_paper_frame (self->paper, HEMO_INK_BLACK, HEMO_SHEET_MARGIN, self->y, self->inner,
                    height + 8);
  hemo_paper_text (self->paper, &style, text, HEMO_SHEET_MARGIN + 8, self->y + 4, width);
  self->y += height + 16;
}

/* What was asked for and is not in the report must not be taken for normal. */
static char *
format_missing (HemoSheet *self)
{
  const char *head = hemo_sheet_tr (self, N_ ("Not in this report, though it was asked for:"));
  GString *text;

  if (self->report->missing->len == 0 || self->report->status == HEMO_REPORT_CANCELLED
      || self->report->status == HEMO_REPORT_ENTERED_IN_ERROR)
    return NULL;
  text = g_string_new (head);
  for (guint i = 0; i < self->report->missing->len; i++)
    {
      g_autofree char *item = hemo_sheet_tr_numbers (self, self->report->missing->pdata[i]);

      g_string_append_printf (text, " %s.", item);
    }
  return g_string_free (text, FALSE);
}

void
hemo_sheet_draw_notices (HemoSheet *self)
{
  g_autofree char *missing = format_missing (self);
  g_autofree char *notice = format_notice (self);

  if (notice != NULL)
    draw_notice (self, notice);
  /* A draft is for who is about to call. */
  if (self->report->status != HEMO_REPORT_DRAFT && hemo_report_needs_call (self->report))
    draw_notice (self, hemo_sheet_tr (self, N_ ("Nobody could be reached about a critical value "
                                                "when this was signed. Act on it at once.")));
  if (missing != NULL)
    draw_notice (self, missing);
  if (self->data->specimen->rejection != HEMO_REJECTION_NONE)
    {
      g_autofree char *rejection = format_rejection (self);

      draw_notice (self, rejection);
    }
}

/* A label and its value; returns where the next one goes. */
static double
draw_fact (HemoSheet *self,
           const HemoText *style,
           const char *label,
           const char *value,
           double x,
           double y,
           double width)
{
  double label_height, value_height;

  if (value == NULL || *value == '\0')
    return y;
  label_height = hemo_paper_text (self->paper, &label_style, hemo_sheet_tr (self, label), x,
                                  y + 0.5, LABEL_WIDTH - 6);
  value_height
      = hemo_paper_text (self->paper, style, value, x + LABEL_WIDTH, y, width - LABEL_WIDTH);
  return y + MAX (label_height, value_height) + 2;
}

static char *
put_in (const char *text, const char *value)
{
  g_autoptr (GString) filled = g_string_new (text);

  g_string_replace (filled, "%s", value, 1);
  return g_string_free (g_steal_pointer (&filled), FALSE);
}

/* '~34y' as the model says it, in words. */
static char *
format_age (const HemoSheet *self, HemoTime day)
{
  static const struct
  {
    char unit;
    const char *one;
    const char *many;
  } units[] = {
    { 'y', N_ ("1 year"), N_ ("%s years") },
    { 'm', N_ ("1 month"), N_ ("%s months") },
    { 'd', N_ ("1 day"), N_ ("%s days") },
  };
  g_autofree char *age = hemo_birth_age_text (&self->data->patient->birth, hemo_date_of (day));
  gboolean about = age[0] == '~';
  const char *digits = age + (about ? 1 : 0);
  gsize length = strspn (digits, "0123456789");
  g_autofree char *number = g_strndup (digits, length);
  g_autofree char *words = NULL;

  for (guint i = 0; length > 0 && i < G_N_ELEMENTS (units); i++)
    if (digits[length] == units[i].unit && digits[length + 1] == '\0')
      words = put_in (
          hemo_sheet_tr (self, strcmp (number, "1") == 0 ? units[i].one : units[i].many), number);
  if (words == NULL)
    return strcmp (age, "?") == 0 ? NULL : g_steal_pointer (&age);
  return about ? g_strdup_printf (hemo_sheet_tr (self, N_ ("about %s")), words)
               : g_steal_pointer (&words);
}

static char *
format_birth (const HemoSheet *self)
{
  const HemoBirth *birth = &self->data->patient->birth;
  g_autofree char *date = hemo_date_to_iso (birth->date);

  if (date == NULL)
    return NULL;
  return birth->estimated
             ? g_strdup_printf ("%s (%s)", date, hemo_sheet_tr (self, N_ ("estimated")))
             : g_steal_pointer (&date);
}

static char *
format_identifier (const HemoSheet *self, const HemoIdentifier *identifier)
{
  g_autofree char *value = hemo_sheet_isolate (self, identifier->value);
  g_autofree char *issuer = hemo_sheet_isolate (self, identifier->issuer);

  return g_strdup_printf ("%s (%s)", value, issuer);
}

/* Few and short ones stand in the column, the others over the whole width and, if need be, pages.
 */
static gboolean
do_identifiers_fit (const HemoSheet *self)
{
  GPtrArray *identifiers = self->data->patient->identifiers;

  for (guint i = 0; i < identifiers->len; i++)
    {
      const HemoIdentifier *identifier = identifiers->pdata[i];

      if (i >= 4 || strlen (identifier->value) + strlen (identifier->issuer) > 60)
        return FALSE;
    }
  return TRUE;
}

static double
draw_identifiers (HemoSheet *self, double x, double y, double width)
{
  GPtrArray *identifiers = self->data->patient->identifiers;

  for (guint i = 0; do_identifiers_fit (self) && i < identifiers->len; i++)
    {
      g_autofree char *text = format_identifier (self, identifiers->pdata[i]);

      y = draw_fact (self, &value_style, N_ ("Identifier"), text, x, y, width);
    }
  return y;
}

static void
draw_long_identifiers (HemoSheet *self)
{
  GPtrArray *identifiers = self->data->patient->identifiers;

  for (guint i = 0; !do_identifiers_fit (self) && i < identifiers->len; i++)
    {
      g_autofree char *identifier = format_identifier (self, identifiers->pdata[i]);
      g_autofree char *text
          = g_strdup_printf ("%s: %s", hemo_sheet_tr (self, N_ ("Identifier")), identifier);

      hemo_sheet_paragraph (self, &value_style, text);
    }
}

static double
draw_who (HemoSheet *self, double x, double y, double width)
{
  const HemoPatient *patient = self->data->patient;
  const HemoSpecimen *specimen = self->data->specimen;
  HemoText large = { .size = 12.5, .bold = TRUE, .ink = HEMO_INK_BLACK };
  gboolean collected = specimen->collected_at.utc_us != 0;
  g_autofree char *name = hemo_patient_display_name (patient);
  g_autofree char *age = format_age (self, hemo_specimen_taken_at (specimen));
  g_autofree char *birth = format_birth (self);
  const char *pregnancy
      = self->data->order != NULL ? pregnancies[self->data->order->pregnancy] : NULL;

  y += hemo_paper_text (self->paper, &large, name, x, y, width) + 3;
  y = draw_fact (self, &strong_style, collected ? N_ ("Age at collection") : N_ ("Age at receipt"),
                 age != NULL ? age : hemo_sheet_tr (self, N_ ("not known")), x, y, width);
  y = draw_fact (self, &value_style, N_ ("Born"), birth, x, y, width);
  y = draw_fact (self, &strong_style, N_ ("Sex"), hemo_sheet_tr (self, sexes[patient->sex]), x, y,
                 width);
  if (pregnancy != NULL)
    y = draw_fact (self, &value_style, N_ ("Pregnancy"), hemo_sheet_tr (self, pregnancy), x, y,
                   width);
  y = draw_identifiers (self, x, y, width);
  return draw_fact (self, &value_style, N_ ("Village"), patient->village, x, y, width);
}

static char *
format_type (const HemoSheet *self)
{
  const HemoSpecimen *specimen = self->data->specimen;
  const char *type = hemo_sheet_tr (self, types[specimen->type]);

  if (stains[specimen->stain] == NULL)
    return g_strdup (type);
  return g_strdup_printf ("%s · %s", type, hemo_sheet_tr (self, stains[specimen->stain]));
}

static gboolean
is_long (const char *text)
{
  return text != NULL && strlen (text) > 200;
}

static double
draw_what (HemoSheet *self, double x, double y, double width)
{
  const HemoSpecimen *specimen = self->data->specimen;
  const HemoOrder *order = self->data->order;
  HemoText large = { .size = 12.5, .bold = TRUE, .ink = HEMO_INK_BLACK };
  g_autofree char *type = format_type (self);
  g_autofree char *collected = hemo_sheet_time (self, specimen->collected_at);
  g_autofree char *received = hemo_sheet_time (self, specimen->received_at);

  if (specimen->accession != NULL)
    y += hemo_paper_text (self->paper, &large, specimen->accession, x, y, width) + 3;
  y = draw_fact (self, &value_style, N_ ("Specimen"), type, x, y, width);
  y = draw_fact (self, &value_style, N_ ("Collected"), collected, x, y, width);
  y = draw_fact (self, &value_style, N_ ("Received"), received, x, y, width);
  if (order == NULL)
    return y;
  if (order->urgency != HEMO_URGENCY_ROUTINE)
    y = draw_fact (
        self, &strong_style, N_ ("Urgency"),
        hemo_sheet_tr (self, order->urgency == HEMO_URGENCY_STAT ? N_ ("at once") : N_ ("urgent")),
        x, y, width);
  if (is_long (order->requester))
    return y;
  return draw_fact (self, &value_style, N_ ("Requested by"), order->requester, x, y, width);
}

static void
draw_note (HemoSheet *self, const char *label, const char *note)
{
  g_autofree char *isolated = NULL;
  g_autofree char *text = NULL;

  if (note == NULL || *note == '\0')
    return;
  isolated = hemo_sheet_isolate (self, note);
  text = g_strdup_printf ("%s: %s", label, isolated);
  self->y += 2;
  hemo_sheet_paragraph (self, &value_style, text);
}

void
hemo_sheet_draw_patient (HemoSheet *self)
{
  const HemoOrder *order = self->data->order;
  double column = (self->inner - GUTTER) / 2;
  double left = draw_who (self, HEMO_SHEET_MARGIN, self->y, column);
  double right = draw_what (self, HEMO_SHEET_MARGIN + column + GUTTER, self->y, column);

  self->y = MAX (left, right);
  draw_long_identifiers (self);
  if (order == NULL)
    return;
  if (is_long (order->requester))
    draw_note (self, hemo_sheet_tr (self, N_ ("Requested by")), order->requester);
  draw_note (self, hemo_sheet_tr (self, N_ ("Clinical note")), order->clinical_note);
}

static const char *
role_word (const char *role)
{
  if (g_strcmp0 (role, "pathologist") == 0)
    return N_ ("pathologist");
  if (g_strcmp0 (role, "administrator") == 0)
    return N_ ("administrator");
  if (g_strcmp0 (role, "technician") == 0)
    return N_ ("laboratory technician");
  return role != NULL ? role : "";
}

static char *
format_signer (HemoSheet *self)
{
  const HemoReport *report = self->report;
  g_autofree char *name
      = hemo_sheet_isolate (self, report->signer_name != NULL ? report->signer_name : "");
  const char *role = hemo_sheet_tr (self, role_word (report->signer_role));

  if (*role == '\0')
    return g_steal_pointer (&name);
  /* RIGHT-TO-LEFT MARK: a Latin name must not turn the line. */
  return g_strconcat (hemo_paper_is_rtl (self->paper) ? "\u200f" : "", name,
                      hemo_list_separator_of (self->catalog), role, NULL);
}

void
hemo_sheet_draw_signature (HemoSheet *self)
{
  HemoText name = { .size = 10, .bold = TRUE, .ink = HEMO_INK_BLACK };
  g_autofree char *signer = NULL;
  g_autofree char *when = NULL;

  hemo_sheet_heading (self, hemo_sheet_tr (self, N_ ("Signature")), 40);
  if (self->report->signed_by == NULL)
    {
      hemo_sheet_paragraph (self, &name,
                            hemo_sheet_tr (self, N_ ("Draft: nobody has signed this report.")));
      return;
    }
  signer = format_signer (self);
  when = hemo_sheet_time (self, self->report->signed_at);
  hemo_sheet_paragraph (self, &name, signer);
  g_autofree char *text
      = g_strdup_printf (hemo_sheet_tr (self, N_ ("Signed electronically: %s")), when);
  hemo_sheet_paragraph (self, &value_style, text);
}

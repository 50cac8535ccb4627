/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A report as JSON of one fixed form, which is what a signature stands for. */

#include "hemo-case.h"

#include "hemo-codes-private.h"
#include "hemo-json.h"

#include <glib/gi18n.h>
#include <json-c/json.h>
#include <math.h>
#include <string.h>

#define JSON_MAX (4 * 1024 * 1024)
#define DEPTH_MAX 8

/* The largest whole number that JSON's numbers hold exactly (RFC 8785, 3.2.2.3). */
#define WHOLE_MAX G_GINT64_CONSTANT (9007199254740991)

typedef enum
{
  KIND_STRING,
  KIND_INT,
  KIND_INT_IF_ANY,
  KIND_INT64,
  KIND_DOUBLE,
  KIND_BOOLEAN,
  KIND_BOOLEAN_IF_TRUE,
  KIND_TIME,
  KIND_FLAG,
  KIND_SECTION,
  KIND_STATUS,
  KIND_LINES,
  KIND_CALLS,
  KIND_STRINGS,
  KIND_STRINGS_IF_ANY,
} Kind;

/* A member of a struct; tables are in the order of their keys, which RFC 8785 asks for. */
typedef struct
{
  const char *key;
  Kind kind;
  gsize offset;
} Member;

#define LINE(kind, name) { #name, kind, G_STRUCT_OFFSET (HemoLine, name) }
#define CALL(kind, name) { #name, kind, G_STRUCT_OFFSET (HemoCriticalCall, name) }
#define REPORT(kind, name) { #name, kind, G_STRUCT_OFFSET (HemoReport, name) }

static const Member line_members[] = {
  LINE (KIND_STRING, analyte),        LINE (KIND_TIME, at),
  LINE (KIND_STRING, basis),          LINE (KIND_INT, decimals),
  LINE (KIND_BOOLEAN, delta),         LINE (KIND_FLAG, flag),
  LINE (KIND_DOUBLE, interval_high),  LINE (KIND_DOUBLE, interval_low),
  LINE (KIND_STRING, label),          LINE (KIND_STRING, local_code),
  LINE (KIND_STRING, loinc),          LINE (KIND_STRING, note),
  LINE (KIND_DOUBLE, previous),       LINE (KIND_TIME, previous_at),
  LINE (KIND_DOUBLE, reference_high), LINE (KIND_DOUBLE, reference_low),
  LINE (KIND_SECTION, section),       LINE (KIND_STRING, text),
  LINE (KIND_STRING, ucum),           LINE (KIND_STRING, uuid),
  LINE (KIND_DOUBLE, value),          { NULL },
};

static const Member call_members[] = {
  CALL (KIND_STRING, analytes),
  CALL (KIND_TIME, at),
  CALL (KIND_STRING, by),
  CALL (KIND_STRING, by_name),
  CALL (KIND_BOOLEAN_IF_TRUE, not_reached),
  CALL (KIND_BOOLEAN, read_back),
  CALL (KIND_STRING, specimen),
  CALL (KIND_STRING, told),
  CALL (KIND_STRING, told_lines),
  CALL (KIND_STRING, uuid),
  CALL (KIND_INT64, version),
  { NULL },
};

static const Member report_members[] = {
  REPORT (KIND_CALLS, calls),
  REPORT (KIND_INT_IF_ANY, cells_by_key),
  REPORT (KIND_INT_IF_ANY, cells_found),
  REPORT (KIND_STRING, comment),
  REPORT (KIND_STRINGS_IF_ANY, found),
  REPORT (KIND_STRINGS, images),
  REPORT (KIND_STRING, language),
  REPORT (KIND_LINES, lines),
  REPORT (KIND_STRINGS_IF_ANY, missing),
  REPORT (KIND_STRING, pdf_sha256),
  REPORT (KIND_STRING, program_version),
  REPORT (KIND_STRING, reason),
  REPORT (KIND_STRING, replaces_sha256),
  REPORT (KIND_TIME, signed_at),
  REPORT (KIND_STRING, signed_by),
  REPORT (KIND_STRING, signer_name),
  REPORT (KIND_STRING, signer_role),
  REPORT (KIND_STRING, specimen),
  REPORT (KIND_STATUS, status),
  REPORT (KIND_TIME, taken_at),
  REPORT (KIND_STRING, uuid),
  REPORT (KIND_INT, version),
  { NULL },
};

static json_object *write_members (gconstpointer self, const Member *members);

static json_object *
write_string (const char *text)
{
  /* What is no UTF-8 could not be read back. */
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  return json_object_new_string (valid);
}

/* The shortest digits that give the same number again, in the form of ECMAScript that RFC 8785
 * takes: plain from 1e-6 up to below 1e21. */
static char *
format_number (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  char format[8];
  g_autofree char *digits = NULL;
  g_auto (GStrv) parts = NULL;
  g_auto (GStrv) halves = NULL;
  const char *sign = value < 0 ? "-" : "";
  int precision = 0;
  int exponent, count;

  if (value == 0)
    return g_strdup ("0");
  do
    {
      g_snprintf (format, sizeof format, "%%.%de", precision);
      g_ascii_formatd (text, sizeof text, format, fabs (value));
    }
  while (g_ascii_strtod (text, NULL) != fabs (value) && ++precision < 17);
  parts = g_strsplit (text, "e", 2);
  halves = g_strsplit (parts[0], ".", 2);
  digits = g_strconcat (halves[0], halves[1], NULL);
  exponent = atoi (parts[1]) + 1;
  count = (int)strlen (digits);
  if (count <= exponent && exponent <= 21)
    return g_strdup_printf ("%s%s%.*s", sign, digits, exponent - count, "000000000000000000000");
  if (exponent > 0 && exponent <= 21)
    return g_strdup_printf ("%s%.*s.%s", sign, exponent, digits, digits + exponent);
  if (exponent > -6 && exponent <= 0)
    return g_strdup_printf ("%s0.%.*s%s", sign, -exponent, "000000", digits);
  return g_strdup_printf ("%s%c%s%se%+d", sign, digits[0], count > 1 ? "." : "", digits + 1,
                          exponent - 1);
}

static json_object *
write_double (double value)
{
  g_autofree char *text = format_number (value);

  return json_object_new_double_s (value, text);
}

/* All microseconds, which ISO text with its milliseconds would lose. */
static json_object *
write_time (const HemoTime *time)
{
  json_object *object = json_object_new_object ();

  hemo_json_add (object, "by_hand", json_object_new_boolean (time->by_hand));
  hemo_json_add (object, "offset", json_object_new_int (time->offset_minutes));
  hemo_json_add (object, "us", json_object_new_int64 (time->utc_us));
  return object;
}

static json_object *
write_list (const GPtrArray *list, const Member *members)
{
  json_object *array = json_object_new_array_ext ((int)list->len);

  for (guint i = 0; i < list->len; i++)
    hemo_json_append (array, members != NULL ? write_members (list->pdata[i], members)
                                             : write_string (list->pdata[i]));
  return array;
}

/* What older reports do not have is written only where there is any: their form stays the same. */
static json_object *
write_list_if_any (const GPtrArray *list)
{
  return list->len > 0 ? write_list (list, NULL) : NULL;
}

/* NULL for what is not there, which makes no member. */
static json_object *
write_member (gconstpointer field, Kind kind)
{
  const char *text = kind == KIND_STRING ? *(char *const *)field : NULL;

  switch (kind)
    {
    case KIND_STRING:
      return text != NULL ? write_string (text) : NULL;
    case KIND_INT:
      return json_object_new_int (*(const int *)field);
    case KIND_INT_IF_ANY:
      return *(const int *)field != 0 ? json_object_new_int (*(const int *)field) : NULL;
    case KIND_INT64:
      return json_object_new_int64 (*(const gint64 *)field);
    case KIND_DOUBLE:
      return isfinite (*(const double *)field) ? write_double (*(const double *)field) : NULL;
    case KIND_BOOLEAN:
      return json_object_new_boolean (*(const gboolean *)field);
    case KIND_BOOLEAN_IF_TRUE:
      return *(const gboolean *)field ? json_object_new_boolean (TRUE) : NULL;
    case KIND_TIME:
      return ((const HemoTime *)field)->utc_us != 0 ? write_time (field) : NULL;
    case KIND_FLAG:
      return write_string (hemo_flag_to_code (*(const HemoFlag *)field));
    case KIND_SECTION:
      return write_string (hemo_section_to_code (*(const HemoSection *)field));
    case KIND_STATUS:
      return write_string (hemo_report_status_to_code (*(const HemoReportStatus *)field));
    case KIND_LINES:
      return write_list (*(GPtrArray *const *)field, line_members);
    case KIND_CALLS:
      return write_list (*(GPtrArray *const *)field, call_members);
    case KIND_STRINGS_IF_ANY:
      return write_list_if_any (*(GPtrArray *const *)field);
    case KIND_STRINGS:
    default:
      return write_list (*(GPtrArray *const *)field, NULL);
    }
}

static json_object *
write_members (gconstpointer self, const Member *members)
{
  json_object *object = json_object_new_object ();

  for (; members->key != NULL; members++)
    {
      json_object *value = write_member ((const char *)self + members->offset, members->kind);

      if (value != NULL)
        hemo_json_add (object, members->key, value);
    }
  return object;
}

char *
hemo_report_to_json (const HemoReport *self)
{
  json_object *object = write_members (self, report_members);
  char *json = hemo_json_to_text (object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

  json_object_put (object);
  return json;
}

static gboolean
read_members (json_object *object, gpointer self, const Member *members, GError **error);

static gboolean
refuse_member (const char *key, GError **error)
{
  return hemo_refuse (error, N_ ("The stored report is damaged: '%s' is not as it must be"), key);
}

static gboolean
read_string (json_object *value, char **out)
{
  const char *text;

  if (!json_object_is_type (value, json_type_string))
    return FALSE;
  text = json_object_get_string (value);
  /* A NUL within would cut the text. */
  if (strlen (text) != (gsize)json_object_get_string_len (value))
    return FALSE;
  g_free (*out);
  *out = g_strdup (text);
  return TRUE;
}

static gboolean
read_whole (json_object *value, gint64 limit, gint64 *out)
{
  gint64 number;

  if (!json_object_is_type (value, json_type_int))
    return FALSE;
  number = json_object_get_int64 (value);
  if (number < -limit || number > limit)
    return FALSE;
  *out = number;
  return TRUE;
}

static gboolean
read_double (json_object *value, double *out)
{
  if (!json_object_is_type (value, json_type_int) && !json_object_is_type (value, json_type_double))
    return FALSE;
  if (!isfinite (json_object_get_double (value)))
    return FALSE;
  *out = json_object_get_double (value);
  return TRUE;
}

static gboolean
read_boolean (json_object *value, gboolean *out)
{
  if (!json_object_is_type (value, json_type_boolean))
    return FALSE;
  *out = json_object_get_boolean (value) ? TRUE : FALSE;
  return TRUE;
}

static gboolean
read_time (json_object *value, HemoTime *out)
{
  gint64 us = 0, offset = 0;
  gboolean by_hand = FALSE;

  if (!json_object_is_type (value, json_type_object)
      || !read_whole (json_object_object_get (value, "us"), WHOLE_MAX, &us)
      || !read_whole (json_object_object_get (value, "offset"), 24 * 60, &offset)
      || !read_boolean (json_object_object_get (value, "by_hand"), &by_hand) || us == 0)
    return FALSE;
  *out = (HemoTime){ us, (gint16)offset, by_hand };
  return TRUE;
}

static gboolean
read_code (json_object *value, Kind kind, gpointer field)
{
  g_autofree char *code = NULL;

  if (!read_string (value, &code))
    return FALSE;
  if (kind == KIND_FLAG)
    return hemo_flag_from_code (code, field, NULL);
  if (kind == KIND_SECTION)
    return hemo_section_from_code (code, field, NULL);
  return hemo_report_status_from_code (code, field, NULL);
}

static gpointer
read_item (json_object *value, Kind kind)
{
  char *text = NULL;

  if (kind == KIND_LINES)
    {
      HemoLine *line = hemo_line_new (HEMO_SECTION_CBC, NULL);

      if (read_members (value, line, line_members, NULL))
        return line;
      hemo_line_free (line);
      return NULL;
    }
  if (kind == KIND_CALLS)
    {
      HemoCriticalCall *call = hemo_critical_call_new (NULL);

      if (read_members (value, call, call_members, NULL))
        return call;
      hemo_critical_call_free (call);
      return NULL;
    }
  return read_string (value, &text) ? text : NULL;
}

static gboolean
read_list (json_object *value, Kind kind, GPtrArray *list)
{
  if (!json_object_is_type (value, json_type_array))
    return FALSE;
  for (gsize i = 0; i < json_object_array_length (value); i++)
    {
      gpointer item = read_item (json_object_array_get_idx (value, i), kind);

      if (item == NULL)
        return FALSE;
      g_ptr_array_add (list, item);
    }
  return TRUE;
}

static gboolean
read_member (json_object *value, Kind kind, gpointer field)
{
  gint64 number = 0;

  switch (kind)
    {
    case KIND_STRING:
      return read_string (value, field);
    case KIND_INT:
    case KIND_INT_IF_ANY:
      if (!read_whole (value, G_MAXINT, &number))
        return FALSE;
      *(int *)field = (int)number;
      return TRUE;
    case KIND_INT64:
      return read_whole (value, WHOLE_MAX, field);
    case KIND_DOUBLE:
      return read_double (value, field);
    case KIND_BOOLEAN:
    case KIND_BOOLEAN_IF_TRUE:
      return read_boolean (value, field);
    case KIND_TIME:
      return read_time (value, field);
    case KIND_FLAG:
    case KIND_SECTION:
    case KIND_STATUS:
      return read_code (value, kind, field);
    case KIND_LINES:
    case KIND_CALLS:
    case KIND_STRINGS:
    case KIND_STRINGS_IF_ANY:
    default:
      return read_list (value, kind, *(GPtrArray **)field);
    }
}

static const Member *
find_member (const Member *members, const char *key)
{
  for (; members->key != NULL; members++)
    if (strcmp (members->key, key) == 0)
      return members;
  return NULL;
}

/* A member that is not known may be what makes the result another one: it is refused. */
static gboolean
read_members (json_object *object, gpointer self, const Member *members, GError **error)
{
  if (!json_object_is_type (object, json_type_object))
    return hemo_refuse (error, N_ ("The stored report is damaged: an object is missing"));
  json_object_object_foreach (object, key, value)
  {
    const Member *member = find_member (members, key);

    if (member == NULL)
      return hemo_refuse (error, N_ ("The stored report has parts that this version does not know; "
                                     "open it with a newer one"));
    if (!read_member (value, member->kind, (char *)self + member->offset))
      return refuse_member (member->key, error);
  }
  return TRUE;
}

/* json-c 0.18 in its strict mode refuses every character that is not ASCII; what it lets pass
 * without is caught by comparing with the one fixed form. */
static json_object *
parse_json (const char *json, gsize length, GError **error)
{
  json_tokener *tokener = json_tokener_new_ex (DEPTH_MAX);
  enum json_tokener_error code;
  json_object *object;

  if (tokener == NULL)
    return hemo_refuse_for_memory (error), NULL;
  object = json_tokener_parse_ex (tokener, json, (int)length);
  code = json_tokener_get_error (tokener);
  if (code == json_tokener_success && json_tokener_get_parse_end (tokener) != length)
    code = json_tokener_error_parse_unexpected;
  json_tokener_free (tokener);
  if (code == json_tokener_success && object != NULL)
    return object;
  if (code == json_tokener_error_memory)
    hemo_refuse_for_memory (error);
  else
    hemo_refuse (error, N_ ("The stored report is damaged: %s"), json_tokener_error_desc (code));
  json_object_put (object);
  return NULL;
}

/* uuid and language are made new for an empty report: what was not there stays away. */
static HemoReport *
new_blank_report (void)
{
  HemoReport *self = hemo_report_new (NULL);

  g_clear_pointer (&self->uuid, g_free);
  g_clear_pointer (&self->language, g_free);
  return self;
}

HemoReport *
hemo_report_from_json (const char *json, gsize length, GError **error)
{
  g_autoptr (HemoReport) self = new_blank_report ();
  g_autofree char *again = NULL;
  json_object *object;
  gboolean read;

  if (json == NULL || length == 0 || length > JSON_MAX)
    {
      hemo_refuse (error, "A stored report has at most 4 MiB and is not empty");
      return NULL;
    }
  if (!g_utf8_validate_len (json, length, NULL))
    {
      hemo_refuse (error, N_ ("The stored report is damaged: it is not text in UTF-8"));
      return NULL;
    }
  object = parse_json (json, length, error);
  if (object == NULL)
    return NULL;
  read = read_members (object, self, report_members, error);
  json_object_put (object);
  if (!read)
    return NULL;
  if (!hemo_uuid_is_valid (self->uuid))
    {
      refuse_member ("uuid", error);
      return NULL;
    }
  /* A signature stands for bytes: whatever else reads the same (keys twice, other orders) is not
   * what was signed. */
  again = hemo_report_to_json (self);
  if (strlen (again) != length || memcmp (again, json, length) != 0)
    {
      hemo_refuse (error, N_ ("The stored report is not in its one fixed form"));
      return NULL;
    }
  return g_steal_pointer (&self);
}

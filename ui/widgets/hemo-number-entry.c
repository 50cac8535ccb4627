/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A number with its unit. */

#include "hemo-number-entry.h"

#include "hemo-failure.h"
#include "hemo-result.h"

#include <glib/gi18n.h>
#include <math.h>

#define DECIMALS_MAX 6

struct _HemoNumberEntry
{
  HemoCheckedEntry parent_instance;

  const HemoAnalyteInfo *analyte;
  double minimum;
  double maximum;
  double value;
  int decimals;
};

G_DEFINE_FINAL_TYPE (HemoNumberEntry, hemo_number_entry, HEMO_TYPE_CHECKED_ENTRY)

enum
{
  PROP_ANALYTE = 1,
  PROP_MINIMUM,
  PROP_MAXIMUM,
  PROP_DECIMALS,
  PROP_VALUE,
  N_PROPS,
};

static GParamSpec *props[N_PROPS];

/* With the locale's mark, without one where there are no decimals. */
static char *
format (double value, int decimals)
{
  char plain[G_ASCII_DTOSTR_BUF_SIZE];

  if (decimals >= 0)
    return g_strdup_printf ("%.*f", MIN (decimals, DECIMALS_MAX), value);
  g_ascii_formatd (plain, sizeof plain, "%.10g", value);
  for (char *p = plain; *p != '\0'; p++)
    if (*p == '.')
      {
        g_autofree char *mark = g_strdup_printf ("%.1f", 0.0);
        g_autofree char *head = g_strndup (plain, (gsize)(p - plain));

        return g_strdup_printf ("%s%c%s", head, mark[1], p + 1);
      }
  return g_strdup (plain);
}

/* A limit with its unit. */
static char *
format_limit (HemoNumberEntry *self, double limit)
{
  const char *unit = hemo_checked_entry_get_suffix (HEMO_CHECKED_ENTRY (self));
  g_autofree char *number = format (limit, -1);

  return unit != NULL ? g_strdup_printf ("%s %s", number, unit) : g_steal_pointer (&number);
}

/* What is wrong with @value, or NULL. */
static char *
judge (HemoNumberEntry *self, double value)
{
  g_autofree char *number = format (self->minimum, -1);
  g_autofree char *low = format_limit (self, self->minimum);
  g_autofree char *high = format_limit (self, self->maximum);

  if (value < self->minimum && isfinite (self->maximum))
    /* Translators: %s are numbers, the second with its unit. */
    return g_strdup_printf (_ ("Too small: it can be %s to %s."), number, high);
  if (value > self->maximum && isfinite (self->minimum))
    /* Translators: %s are numbers, the second with its unit. */
    return g_strdup_printf (_ ("Too large: it can be %s to %s."), number, high);
  if (value < self->minimum)
    return g_strdup_printf (_ ("Too small: it can be %s or more."), low);
  if (value > self->maximum)
    return g_strdup_printf (_ ("Too large: it can be %s or less."), high);
  return NULL;
}

static void
take (HemoNumberEntry *self, double value)
{
  if (self->value == value || (isnan (self->value) && isnan (value)))
    return;
  self->value = value;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VALUE]);
}

static gboolean
parse (HemoNumberEntry *self, const char *text, double *value, GError **error)
{
  const gboolean negative = self->minimum < 0 && text[0] == '-';

  if (self->analyte != NULL)
    return hemo_value_parse_unit (self->analyte->code, text, value, error);
  if (!hemo_value_parse (text + (negative ? 1 : 0), value, error))
    return FALSE;
  if (negative)
    *value = -*value;
  return TRUE;
}

static gboolean
hemo_number_entry_read (HemoCheckedEntry *entry, const char *text, char **message)
{
  HemoNumberEntry *self = HEMO_NUMBER_ENTRY (entry);
  g_autoptr (GError) error = NULL;
  double value = NAN;

  if (text == NULL)
    {
      take (self, NAN);
      return TRUE;
    }
  if (!parse (self, text, &value, &error))
    *message = hemo_failure_say (error->message);
  else
    *message = judge (self, value);
  take (self, *message == NULL ? value : NAN);
  return *message == NULL;
}

/* With the decimals that are shown, or more where more were given: none is dropped behind anybody's
 * back. (transfer full) */
static char *
format_whole (HemoNumberEntry *self, double value)
{
  g_autofree char *shown = format (value, self->decimals);
  const char *digits = shown[0] == '-' ? shown + 1 : shown;
  double back = NAN;

  if (hemo_value_parse (digits, &back, NULL) && fabs (back - fabs (value)) < 1e-9)
    return g_steal_pointer (&shown);
  return format (value, -1);
}

static char *
hemo_number_entry_tidy (HemoCheckedEntry *entry)
{
  HemoNumberEntry *self = HEMO_NUMBER_ENTRY (entry);

  return isnan (self->value) || self->decimals < 0 ? NULL : format_whole (self, self->value);
}

static void
hemo_number_entry_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HemoNumberEntry *self = HEMO_NUMBER_ENTRY (object);

  switch (id)
    {
    case PROP_ANALYTE:
      g_value_set_string (value, self->analyte != NULL ? self->analyte->code : NULL);
      break;
    case PROP_MINIMUM:
      g_value_set_double (value, self->minimum);
      break;
    case PROP_MAXIMUM:
      g_value_set_double (value, self->maximum);
      break;
    case PROP_DECIMALS:
      g_value_set_int (value, self->decimals);
      break;
    case PROP_VALUE:
      g_value_set_double (value, self->value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_number_entry_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HemoNumberEntry *self = HEMO_NUMBER_ENTRY (object);

  switch (id)
    {
    case PROP_ANALYTE:
      hemo_number_entry_set_analyte (self, g_value_get_string (value));
      break;
    case PROP_MINIMUM:
      hemo_number_entry_set_range (self, g_value_get_double (value), self->maximum);
      break;
    case PROP_MAXIMUM:
      hemo_number_entry_set_range (self, self->minimum, g_value_get_double (value));
      break;
    case PROP_DECIMALS:
      hemo_number_entry_set_decimals (self, g_value_get_int (value));
      break;
    case PROP_VALUE:
      hemo_number_entry_set_value (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
hemo_number_entry_class_init (HemoNumberEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = hemo_number_entry_get_property;
  object_class->set_property = hemo_number_entry_set_property;
  HEMO_CHECKED_ENTRY_CLASS (klass)->read = hemo_number_entry_read;
  HEMO_CHECKED_ENTRY_CLASS (klass)->tidy = hemo_number_entry_tidy;
  props[PROP_ANALYTE] = g_param_spec_string ("analyte", NULL, NULL, NULL, flags);
  props[PROP_MINIMUM] = g_param_spec_double ("minimum", NULL, NULL, -INFINITY, INFINITY, 0, flags);
  props[PROP_MAXIMUM]
      = g_param_spec_double ("maximum", NULL, NULL, -INFINITY, INFINITY, INFINITY, flags);
  props[PROP_DECIMALS] = g_param_spec_int ("decimals", NULL, NULL, -1, DECIMALS_MAX, -1, flags);
  props[PROP_VALUE] = g_param_spec_double ("value", NULL, NULL, -INFINITY, INFINITY, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
hemo_number_entry_init (HemoNumberEntry *self)
{
  self->maximum = INFINITY;
  self->value = NAN;
  self->decimals = -1;
  gtk_widget_add_css_class (GTK_WIDGET (self), "numeric");
  g_object_set (self, "width-chars", 8, "xalign", 1.0, NULL);
}

GtkWidget *
hemo_number_entry_new (void)
{
  return g_object_new (HEMO_TYPE_NUMBER_ENTRY, NULL);
}

GtkWidget *
hemo_number_entry_new_for_analyte (const char *code)
{
  return g_object_new (HEMO_TYPE_NUMBER_ENTRY, "analyte", code, NULL);
}

gboolean
hemo_number_entry_get_value (HemoNumberEntry *self, double *value)
{
  g_return_val_if_fail (HEMO_IS_NUMBER_ENTRY (self), FALSE);

  /* What the screen refused cannot be taken either. */
  if (isnan (self->value) || !hemo_checked_entry_get_valid (HEMO_CHECKED_ENTRY (self)))
    return FALSE;
  *value = self->value;
  return TRUE;
}

void
hemo_number_entry_set_value (HemoNumberEntry *self, double value)
{
  g_autofree char *text = NULL;

  g_return_if_fail (HEMO_IS_NUMBER_ENTRY (self));
  if (!isnan (value))
    text = format_whole (self, value);
  hemo_checked_entry_set_text (HEMO_CHECKED_ENTRY (self), text);
}

void
hemo_number_entry_set_range (HemoNumberEntry *self, double minimum, double maximum)
{
  g_return_if_fail (HEMO_IS_NUMBER_ENTRY (self));
  self->minimum = minimum;
  self->maximum = maximum;
  hemo_checked_entry_check (HEMO_CHECKED_ENTRY (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MINIMUM]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MAXIMUM]);
}

void
hemo_number_entry_set_decimals (HemoNumberEntry *self, int decimals)
{
  g_return_if_fail (HEMO_IS_NUMBER_ENTRY (self));
  self->decimals = CLAMP (decimals, -1, DECIMALS_MAX);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DECIMALS]);
}

void
hemo_number_entry_set_analyte (HemoNumberEntry *self, const char *code)
{
  g_return_if_fail (HEMO_IS_NUMBER_ENTRY (self));

  self->analyte = code != NULL ? hemo_analyte_info (code) : NULL;
  if (self->analyte != NULL)
    {
      self->decimals = self->analyte->decimals;
      hemo_checked_entry_set_suffix (HEMO_CHECKED_ENTRY (self),
                                     hemo_ucum_to_text (self->analyte->ucum));
      hemo_checked_entry_set_label (HEMO_CHECKED_ENTRY (self), _ (self->analyte->label));
      hemo_number_entry_set_range (self, self->analyte->minimum, self->analyte->maximum);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ANALYTE]);
}

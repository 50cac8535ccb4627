/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An invented case and the tools that look at what was made of it. */

#pragma once

#include "hemo-case.h"
#include "hemo-report-pdf.h"

G_BEGIN_DECLS

/* A full case, always the same to the byte: values, differential, morphology, malaria, a call;
 * signed as final by an invented pathologist. (transfer full) */
HemoCase *make_case (void);
/* Frees what stands in *@field and copies @value into it. */
void set_text (char **field, const char *value);
void set_patient (HemoCase *data, const char *given, const char *family);
HemoTime make_time (const char *iso);
/* One that no function of the model has made: with everything set that is passed. (transfer full)
 */
HemoLine *
make_line (HemoSection section, const char *label, double value, int decimals, const char *ucum);
/* A JPEG of an invented field: round cells on a pale ground. (transfer full) */
GBytes *make_jpeg (int width, int height);
#define IMAGE_1 "5c0de5a1-0000-4000-8000-0000000000e1"
#define IMAGE_2 "5c0de5a1-0000-4000-8000-0000000000e2"
/* Two pictures of the case's fields 3 and 7, the first with a caption and a scale. (transfer full)
 */
GPtrArray *make_pictures (void);

/* A folder that remove_folder() takes away again. (transfer full) */
char *make_folder (void);
void remove_folder (char *path);
char *write_file (const char *folder, const char *name, GBytes *bytes);

/* Standard output of a command that must succeed. (transfer full) */
char *run_tool (const char *const *argv);
/* Exit status, whatever it is. */
int run_status (const char *const *argv);
/* Text of a PDF, white space made single, Unicode's isolates taken out. (transfer full) */
char *text_of_pdf (GBytes *pdf);
/* The PDF of the report in @data, which must succeed; kept as @name in the folder that
 * HEMO_REPORT_KEEP names, to look at. (transfer full) */
GBytes *render_report (HemoCase *data, GPtrArray *pictures, const char *name);
/* Its text, without pictures. (transfer full) */
char *render_report_text (HemoCase *data, const char *name);
#define assert_contains(text, part) check_contains (G_STRLOC, (text), (part), TRUE)
#define assert_lacks(text, part) check_contains (G_STRLOC, (text), (part), FALSE)
void check_contains (const char *where, const char *text, const char *part, gboolean expected);

G_END_DECLS

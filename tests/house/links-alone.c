/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Linked with the whole of one library and nothing but what that library may use: that it links is
 * the test. */

#include <stdio.h>

int
main (void)
{
  puts ("1..1\nok 1 links alone");
  return 0;
}

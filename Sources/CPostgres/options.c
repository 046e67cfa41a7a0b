// Settings of a connection string.
#include "CPostgres.h"

#include <string.h>

const char *cpostgres_option(const PQconninfoOption *options, const char *keyword) {
  for (; options && options->keyword; options++) {
    if (strcmp(options->keyword, keyword) == 0) return options->val;
  }
  return NULL;
}

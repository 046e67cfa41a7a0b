// The part of libpq that idv uses.
#pragma once

#include <postgresql/libpq-fe.h>
#include <stddef.h>

/// A setting of a connection string by its keyword, borrowed from `options`; NULL if it is not given.
const char *cpostgres_option(const PQconninfoOption *options, const char *keyword);

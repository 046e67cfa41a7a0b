// CProtobufC: protobuf-c, and what idv puts around it because protobuf-c trusts its input: an arena
// with a budget, a scan that refuses hostile messages before they are unpacked, and packing without
// copies. Only `Messages` and generated code import it.
#pragma once

#include <protobuf-c/protobuf-c.h>

#include "idv_arena.h"
#include "idv_scan.h"
#include "idv_segments.h"

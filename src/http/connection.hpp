// The life of one connection. For the inside of this room only.
#pragma once

#include "http/loop.hpp"

namespace sextant::http {

// Reads requests and answers them, one after the other, until either side has enough.
Awaitable<void> serve(Socket socket, Loop& loop);

}  // namespace sextant::http

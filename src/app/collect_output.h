// Rows and changes as text: the standard output of `kollect collect`.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "app/collect_options.h"
#include "base/guarded.h"
#include "store/row_store.h"

namespace kollect::app {

// Text on its way out, in pieces, so that nobody ever holds all of it.
class OutputBuffer {
 public:
  explicit OutputBuffer(const Console& console);

  std::string text;  // append here, then say so
  // Hands the text on once it is a large piece.
  void appended();
  // Hands everything on.
  void flush();
  // False once nobody reads any more; then text is dropped.
  bool is_open() const { return is_open_; }

 private:
  const Console& console_;
  bool is_open_ = true;
};

// Handles of all rows of the partitions, in canonical order: by target namespace first, whatever
// the origin.
std::vector<Ref<store::Row>> rows_in_order(const Guarded<store::RowStore>& rows,
                                           const std::set<store::PartitionKey>& partitions);

// In their canonical form: one a line, as one array, or as a table for each target.
void print_rows(const std::vector<Ref<store::Row>>& rows, RowFormat format, OutputBuffer& out);

// Each row as a change: what a watch begins with.
void print_upserts(const std::vector<Ref<store::Row>>& rows, OutputBuffer& out);

// Changes in the order in which they happened: {"op":"upsert","row":{...}} with the whole row,
// {"op":"erase","row":{...}} with the five members that identify it. A delta that says everything
// begins with {"op":"reset","targetNamespace":"..."}: what is known of this namespace's targets is
// void.
void print_changes(const store::PartitionKey& partition, const store::Delta& delta, bool is_first,
                   OutputBuffer& out);

}  // namespace kollect::app

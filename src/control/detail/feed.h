// One resource: its watches, the targets on it, and how the two are kept in step.
//
// Everything that follows from a change (which watches to open and to retire, who must be listed
// again, who is settled) is decided in update(), which runs soon after from the loop, never inside
// a call of a watch. It looks only at namespaces and lanes that something touched: thousands of
// watches, one a namespace, must not look at each other.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "control/collector.h"
#include "control/detail/access_ledger.h"
#include "control/detail/feed_line.h"
#include "control/detail/replay.h"
#include "control/detail/row_writer.h"

namespace kollect::control {

// What a feed tells the collector; only wakes.
class FeedListener {
 public:
  virtual ~FeedListener() = default;
  // The lane's standing may have changed: settled, forbidden, the state of its watches.
  virtual void lane_changed(Lane& lane) = 0;
  // Somebody waits for a kind that is not installed, or no longer does.
  virtual void installation_changed() = 0;
  // A kind is one of the cluster: what is known of the namespace that stands for it decides.
  virtual void stand_in_wanted() = 0;
  // A feed has nothing to do any more.
  virtual void feed_idle() = 0;
};

struct FeedParts {
  net::Loop& loop;
  kube::Session& session;
  Guarded<store::RowStore>& rows;
  metrics::Registry& metrics;
  kube::AccessReviews& reviews;
  RowWorkshop& workshop;
  FeedListener& listener;
  Log log;
};

class Feed final : public LineOwner, public AccessListener {
 public:
  // Options outlive the feed.
  Feed(const FeedParts& parts, const CollectorOptions& options, api::Gvk gvk);
  ~Feed() override;
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  Lane& add(const store::TargetKey& key, const TargetName& target,
            std::shared_ptr<const TargetSetup> setup);
  // Same kind, other rules or expressions: everything is looked at again for this lane alone.
  void change(Lane& lane, std::shared_ptr<const TargetSetup> setup);
  // Its rows go.
  void remove(Lane& lane);
  void enter(Lane& lane, const NamespaceFacts& facts);
  void leave(Lane& lane, const std::string& namespace_name);
  // Labels or watch words of a namespace changed.
  void facts_changed(const NamespaceFacts& facts);

  const api::Gvk& gvk() const { return gvk_; }
  bool is_idle() const { return lanes_.empty() && lines_.empty(); }
  bool is_not_installed() const { return tally_.count(kube::WatchState::not_installed) > 0; }
  // How a lane is doing, as far as this resource goes.
  void describe(const Lane& lane, TargetReport& report) const;
  void add_to(CollectorTotals& totals) const;

  std::vector<Lane*> lanes_of(FeedLine& line) override;
  uint64_t next_ticket() override { return ++last_ticket_; }
  void list_ended(FeedLine& line, const ListRun::Ended& ended) override;
  void state_changed(FeedLine& line) override;
  void unreadable(const Error& error) override;
  void versions_full() override { update_soon(); }
  void access_changed(const std::string& scope, Access before, Access now) override;
  void access_failing_changed() override;

 private:
  using Names = std::set<std::string, std::less<>>;
  // Whether namespaces whose access is not known yet are opened at once.
  enum class Unknown : uint8_t { open, ask_first };
  // How far the watches are to reach.
  struct Reach {
    bool wide = false;    // one over all namespaces, or of a resource of the cluster
    bool narrow = false;  // one for each namespace
    bool reviews_wide = false;
    Unknown unknown = Unknown::open;
    kube::Part part = kube::Part::whole;
    bool operator==(const Reach&) const = default;
  };

  // Which namespaces, or "" for all at once, and which lanes have to be looked at.
  void touch(const std::string& ns);
  void touch(Lane& lane) { touched_lanes_.insert(&lane); }
  void touch_all() { is_all_touched_ = true; }
  void touch_lanes_of(const LineScope& scope);
  void update_soon();
  void update_at(Steady::time_point time);
  void update();
  bool is_in_grace();
  void plan_resync();
  void rebuild_plan();

  Reach reach() const;
  bool is_wanted() const;
  bool wants_line(const std::string& ns) const;
  bool wants_review(const std::string& ns) const;
  kube::Part part() const;
  bool is_namespaced() const;
  bool is_bounded_out(std::string_view ns) const;
  void look_at_touched();
  void look_at(const std::string& ns);
  void look_at_crowd();

  FeedLine* line_for(const LineScope& scope) const;
  // At most two: of whole objects and of metadata.
  std::vector<FeedLine*> lines_at(const std::string& ns) const;
  const FeedLine* line_at(const std::string& ns) const;
  const FeedLine* wide_line() const { return line_at(""); }
  bool reaches(const FeedLine& line, const Lane& lane) const;
  std::vector<Lane*> lanes_at(const std::string& ns) const;
  void learn(const kube::Watcher& watcher);
  void open(const LineScope& scope);
  void close(const LineScope& scope);
  void close_at(const std::string& ns);
  bool may_retire();
  bool has_caught_up(const FeedLine& line);
  void retire_lines();
  void hold_versions(const FeedLine& line);
  void release_versions();
  bool has_other(const FeedLine& line) const;
  void start_over();

  void update_replay();
  bool start_replay(FeedLine& line);
  void end_replay();
  std::vector<ReplayStep> replay_steps(FeedLine& line);
  std::vector<ReplayStep> wide_step(FeedLine& line, std::vector<Lane*> lanes);
  static void cover(FeedLine& line, const std::vector<Lane*>& lanes);
  void replayed(const ReplayStep& step, const ListRun::Ended& ended);

  void judge_lanes();
  bool is_settled(const Lane& lane) const;
  bool covers(const std::string& ns, const Lane& lane) const;
  bool is_served(const std::string& ns, const Lane& lane) const;
  const FeedLine* worst_line(const Lane& lane) const;
  const FeedLine* line_in(kube::WatchState state, const Lane& lane) const;
  std::string row_namespace(const std::string& ns) const;
  void erase_rows(Lane& lane, const std::string& ns);
  void clear_rows();
  void deny(const std::string& scope);
  void deny_again();
  void make_due(Lane& lane, const std::string& ns);
  void drop_from_index(const Lane& lane, const std::string& ns);
  void forget_at_lines(Lane& lane);

  const FeedParts parts_;
  const CollectorOptions& options_;
  const api::Gvk gvk_;
  std::optional<kube::ApiResource> resource_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  size_t whole_lanes_ = 0;  // of these: need whole objects
  LaneIndex index_;
  std::unique_ptr<extract::Plan> plan_;
  RowWriter writer_;
  LineTally tally_;
  std::map<LineScope, std::unique_ptr<FeedLine>> lines_;
  size_t whole_lines_ = 0;  // of these: bring whole objects
  std::unique_ptr<Replay> replay_;
  std::set<Lane*> replay_lanes_;
  FeedLine* replay_line_ = nullptr;
  AccessLedger access_;
  std::optional<metrics::Gauge> objects_gauge_;
  std::optional<metrics::Gauge> scope_gauge_;

  // What the next update has to do.
  Reach reach_;  // as of the last one
  Names touched_;
  std::set<Lane*> touched_lanes_;
  bool is_all_touched_ = false;
  Names replay_look_;  // whose lines may have something to replay
  Names undecided_;    // wanted, and it is not known yet what there is
  Names crowded_out_;  // of these: as many watches are open as may be
  Steady::time_point crowd_look_{};
  std::set<LineScope> leaving_;  // open and not wanted
  std::set<LineScope> reopen_;
  std::set<LineScope> holding_;  // their list runs beside another watch
  bool may_release_ = false;     // one of those may be alone now
  bool was_not_installed_ = false;
  uint64_t looks_ = 0;
  std::optional<net::TimerId> update_;
  Steady::time_point update_time_{};

  std::optional<net::TimerId> resync_;
  const FeedLine* doubted_ = nullptr;
  Steady::time_point doubt_since_{};
  std::optional<Steady::time_point> idle_since_;
  uint64_t last_ticket_ = 0;
  uint64_t unreadable_ = 0;
  Steady::time_point unreadable_told_{};
  uint64_t replays_ = 0;
  CollectorTotals retired_;  // of lines that are gone
};

}  // namespace kollect::control

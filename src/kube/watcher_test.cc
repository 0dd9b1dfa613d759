#include "kube/watcher.h"

#include <gmock/gmock.h>

#include "base/testing/allocation_count.h"
#include "kube/testing/watch_rig.h"

namespace kollect::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using Lines = std::vector<std::string>;

std::string page(const std::string& continue_token, const std::string& items) {
  return R"({"kind":"DeploymentList","apiVersion":"apps/v1","metadata":{"resourceVersion":"20",)"
         R"("continue":")" +
         continue_token + R"("},"items":[)" + items + "]}";
}

std::string item(const std::string& name) {
  return R"({"metadata":{"name":")" + name + R"(","namespace":"n"}})";
}

TEST(Watcher, asks_for_a_streaming_list_with_bookmarks) {
  WatchRig rig;
  rig.to_stream();
  EXPECT_EQ(rig.last.request->target(),
            "/apis/apps/v1/deployments?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&"
            "resourceVersionMatch=NotOlderThan");
  EXPECT_EQ(rig.last.idle_timeout, 90s);
}

TEST(Watcher, puts_namespace_selectors_and_part_into_every_request) {
  WatchRig rig({.gvk = {"apps", "v1", "Deployment"},
                .ns = "n",
                .label_selector = "a=b",
                .field_selector = "metadata.name=x",
                .part = Part::metadata});
  rig.to_page();
  EXPECT_EQ(rig.last.request->target(),
            "/apis/apps/v1/namespaces/n/deployments?labelSelector=a%3Db&"
            "fieldSelector=metadata.name%3Dx&limit=2");
  EXPECT_NE(rig.last.request->accept.find("PartialObjectMetadataList"), std::string::npos);
  rig.head(200);
  rig.bytes(page("", ""));
  rig.end();
  EXPECT_EQ(rig.last.request->target(),
            "/apis/apps/v1/namespaces/n/deployments?watch=true&allowWatchBookmarks=true&"
            "labelSelector=a%3Db&fieldSelector=metadata.name%3Dx&resourceVersion=20");
}

TEST(Watcher, watches_a_resource_of_the_cluster_without_a_namespace) {
  WatchRig rig({.gvk = {"", "v1", "Node"}, .ns = "n"});
  rig.start();
  rig.resolve(ApiResource{{"", "v1", "nodes"}, "Node", false, true});
  rig.turn();
  EXPECT_TRUE(rig.last.request->path == "/api/v1/nodes");
}

TEST(Watcher, tells_a_streaming_list_and_then_what_changes) {
  WatchRig rig;
  rig.to_stream();
  rig.head(200);
  rig.bytes(WatchRig::event("ADDED", "a", 3) + WatchRig::event("MODIFIED", "a", 8) +
            WatchRig::event("DELETED", "b", 9) + WatchRig::bookmark(10, true) +
            WatchRig::event("ADDED", "c", 11) + WatchRig::event("DELETED", "a", 12));
  EXPECT_EQ(rig.log.take(), (Lines{"Listing", "begin", "listed n/a", "listed n/a", "erased n/b",
                                   "end", "Live", "added n/c", "erased n/a"}));
  EXPECT_EQ(rig.watcher.resource_version(), "12");
  EXPECT_EQ(rig.watcher.counts().lists, 1U);
}

TEST(Watcher, reads_the_same_however_the_bytes_are_cut) {
  const std::string bytes = WatchRig::event("ADDED", "a", 3) + WatchRig::bookmark(10, true) +
                            WatchRig::event("MODIFIED", "b", 11);
  for (size_t size = 1; size < bytes.size(); ++size) {
    WatchRig rig;
    rig.to_stream();
    rig.head(200);
    for (size_t at = 0; at < bytes.size(); at += size) rig.bytes(bytes.substr(at, size));
    EXPECT_EQ(rig.log.take(),
              (Lines{"Listing", "begin", "listed n/a", "end", "Live", "changed n/b"}))
        << "in pieces of " << size;
    EXPECT_EQ(rig.watcher.resource_version(), "11");
  }
}

TEST(Watcher, follows_pages_until_the_last_and_watches_from_their_version) {
  WatchRig rig;
  rig.to_page();
  EXPECT_EQ(rig.last.request->target(), "/apis/apps/v1/deployments?limit=2");
  EXPECT_EQ(rig.last.idle_timeout, 60s);
  rig.head(200);
  rig.bytes(page("next", item("a") + ',' + item("b")));
  EXPECT_EQ(rig.end(), "start page");
  EXPECT_EQ(rig.last.request->target(), "/apis/apps/v1/deployments?limit=2&continue=next");
  rig.head(200);
  rig.bytes(page("", item("c")));
  EXPECT_EQ(rig.end(), "start watch, leave turn");
  EXPECT_EQ(rig.log.take(), (Lines{"Listing", "begin", "begin", "listed n/a", "listed n/b",
                                   "listed n/c", "end", "Live"}));
  EXPECT_EQ(rig.watcher.resource_version(), "20");
}

TEST(Watcher, takes_up_a_lost_page_and_not_the_whole_list) {
  WatchRig rig;
  rig.to_page();
  rig.head(200);
  rig.bytes(page("next", item("a")));
  rig.end();
  rig.head(200);
  rig.bytes(page("", item("b")).substr(0, 120));
  EXPECT_EQ(rig.end(), "leave turn, timer") << "cut off, though the response ended well";
  rig.timer();
  EXPECT_EQ(rig.turn(), "start page");
  EXPECT_EQ(rig.last.request->target(), "/apis/apps/v1/deployments?limit=2&continue=next");
}

TEST(Watcher, restarts_the_list_when_a_continue_token_expired_and_reads_it_whole_the_second_time) {
  WatchRig rig;
  rig.to_page();
  for (const char* restart : {"start page", "leave turn, timer"}) {
    rig.head(200);
    rig.bytes(page("next", item("a")));
    rig.end();
    rig.log.take();
    EXPECT_EQ(rig.refuse(410), restart);
  }
  rig.timer();
  rig.turn();
  EXPECT_EQ(rig.last.request->target(), "/apis/apps/v1/deployments");
  EXPECT_EQ(rig.log.take(), (Lines{"Retrying", "begin"}));
}

TEST(Watcher, takes_nothing_for_an_empty_list_that_is_none) {
  for (const char* body : {"{}", R"({"kind":"Status"})", R"({"items":[]})", "<html>", ""}) {
    WatchRig rig;
    rig.to_page();
    rig.head(200);
    rig.bytes(body);
    rig.end();
    EXPECT_EQ(rig.watcher.state(), WatchState::retrying) << body;
    EXPECT_EQ(rig.watcher.counts().lists, 0U) << body;
  }
}

TEST(Watcher, resumes_from_the_last_version_it_was_told_of) {
  WatchRig rig;
  rig.to_watch();
  rig.bytes(WatchRig::event("MODIFIED", "a", 15) + WatchRig::bookmark(30));
  EXPECT_EQ(rig.end(unavailable("silent")), "start watch");
  EXPECT_EQ(rig.last.request->target(),
            "/apis/apps/v1/deployments?watch=true&allowWatchBookmarks=true&resourceVersion=30");
  EXPECT_EQ(rig.watcher.state(), WatchState::live);
}

TEST(Watcher, is_retrying_only_when_resuming_fails_and_live_when_it_works_again) {
  WatchRig rig;
  rig.to_watch();
  rig.log.take();
  rig.end(unavailable("reset"));
  EXPECT_EQ(rig.log.take(), Lines{});
  EXPECT_EQ(rig.end(unavailable("refused")), "timer");
  EXPECT_EQ(rig.log.take(), Lines{"Retrying"});
  EXPECT_EQ(rig.log.why, "refused");
  EXPECT_EQ(rig.timer(), "start watch");
  rig.head(200);
  EXPECT_EQ(rig.log.take(), Lines{"Live"});
}

TEST(Watcher, does_not_spin_on_a_watch_that_ends_at_once) {
  WatchRig rig;
  rig.to_watch();
  rig.end();
  rig.head(200);
  EXPECT_EQ(rig.end(), "timer");
  rig.timer();
  rig.head(200);
  rig.clock.advance(5s);
  EXPECT_EQ(rig.end(), "start watch") << "a quiet one that lived did its part";
}

TEST(Watcher, lists_again_at_once_after_410_but_not_in_a_circle) {
  WatchRig rig;
  rig.to_watch();
  EXPECT_EQ(rig.bytes(WatchRig::error_event(410)), "cancel, ask turn");
  rig.turn();
  rig.head(200);
  rig.bytes(WatchRig::bookmark(40, true));
  EXPECT_EQ(rig.bytes(WatchRig::error_event(410)), "cancel, timer");
  rig.timer();
  rig.turn();
  rig.head(200);
  rig.bytes(WatchRig::bookmark(50, true) + WatchRig::bookmark(51));
  EXPECT_EQ(rig.bytes(WatchRig::error_event(410)), "cancel, ask turn") << "it had worked";
}

TEST(Watcher, hears_nothing_more_of_a_chunk_after_an_error_in_it) {
  WatchRig rig;
  rig.to_watch();
  rig.log.take();
  rig.bytes(WatchRig::error_event(410) + WatchRig::event("MODIFIED", "a", 12));
  EXPECT_EQ(rig.log.take(), Lines{});
  EXPECT_EQ(rig.watcher.resource_version(), "10");
}

TEST(Watcher, waits_as_long_as_the_server_asks) {
  WatchRig rig;
  rig.to_stream();
  EXPECT_EQ(rig.refuse(429, {{"Retry-After", "40"}}), "leave turn, timer");
  EXPECT_GE(*rig.last.timer, 40s);
  EXPECT_LE(*rig.last.timer, 50s);
}

struct Waiting {
  const char* name;
  std::function<void(WatchRig&)> fail;  // what follows a start of the same kind
  std::chrono::milliseconds first, most;
};

class WatcherBackoff : public ::testing::TestWithParam<Waiting> {};

// A delay is shortened by at most a quarter.
TEST_P(WatcherBackoff, doubles_up_to_its_limit) {
  WatchRig rig;
  rig.to_page();
  auto expected = GetParam().first;
  for (int i = 0; i < 12; ++i) {
    GetParam().fail(rig);
    ASSERT_TRUE(rig.last.timer);
    EXPECT_LE(*rig.last.timer, expected);
    EXPECT_GE(*rig.last.timer, expected * 3 / 4);
    expected = std::min(expected * 2, GetParam().most);
    rig.timer();
    rig.turn();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Causes, WatcherBackoff,
    ::testing::Values(Waiting{"network", [](WatchRig& rig) { rig.end(unavailable("x")); }, 250ms,
                              3s},
                      Waiting{"server", [](WatchRig& rig) { rig.refuse(500); }, 1s, 30s},
                      Waiting{"credentials", [](WatchRig& rig) { rig.refuse(401); }, 1s, 30s},
                      Waiting{"forbidden", [](WatchRig& rig) { rig.refuse(403); }, 2s, 30s}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Watcher, looks_for_a_kind_that_is_absent_ever_more_slowly_until_nudged) {
  WatchRig rig;
  rig.start();
  for (const auto most : {5s, 10s, 20s, 40s, 80s, 160s, 300s, 300s}) {
    EXPECT_EQ(rig.resolve(Absent{}), "timer");
    EXPECT_LE(*rig.last.timer, most);
    EXPECT_GE(*rig.last.timer, most * 3 / 4);
    EXPECT_EQ(rig.timer(), "resolve");
  }
  rig.resolve(Absent{});
  EXPECT_EQ(rig.keep(rig.watcher.nudge()), "resolve afresh");
  rig.resolve(Absent{});
  EXPECT_LE(*rig.last.timer, 5s);
}

TEST(Watcher, names_what_is_not_served_and_what_cannot_be_watched) {
  WatchRig rig;
  rig.start();
  rig.resolve(Absent{});
  EXPECT_EQ(rig.log.why, "apps/v1/Deployment is not served");
  rig.timer();
  ApiResource odd = WatchRig::deployments();
  odd.is_watchable = false;
  rig.resolve(odd);
  EXPECT_EQ(rig.watcher.state(), WatchState::not_installed);
  EXPECT_EQ(rig.log.why, "apps/v1/Deployment is served, but cannot be listed and watched");
}

TEST(Watcher, a_404_is_absence_only_when_discovery_says_so) {
  WatchRig rig;
  rig.to_watch();
  rig.end();
  rig.log.take();
  EXPECT_EQ(rig.refuse(404), "resolve afresh");
  EXPECT_EQ(rig.resolve(unavailable("discovery is down")), "timer");
  EXPECT_EQ(rig.timer(), "resolve afresh") << "still to be confirmed";
  EXPECT_EQ(rig.resolve(WatchRig::deployments()), "timer");
  EXPECT_EQ(rig.watcher.state(), WatchState::retrying);
  EXPECT_EQ(rig.timer(), "ask turn");
  rig.turn();
  rig.refuse(404);
  rig.resolve(Absent{});
  EXPECT_EQ(rig.watcher.state(), WatchState::not_installed);
}

TEST(Watcher, falls_back_to_whole_objects_where_metadata_alone_is_refused) {
  WatchRig rig({.gvk = {"apps", "v1", "Deployment"}, .part = Part::metadata});
  rig.to_stream();
  EXPECT_EQ(rig.refuse(406), "start stream");
  EXPECT_EQ(rig.last.request->accept, "application/json");
}

TEST(Watcher, falls_back_to_pages_where_a_stream_ends_without_its_bookmark) {
  WatchRig rig;
  rig.to_stream();
  rig.head(200);
  rig.bytes(WatchRig::event("ADDED", "a", 3));
  EXPECT_EQ(rig.end(), "start page");
}

TEST(Watcher, gives_streams_up_when_two_in_a_row_are_lost) {
  WatchRig rig;
  rig.to_stream();
  for (const char* next : {"start stream", "start page"}) {
    rig.head(200);
    rig.end(unavailable("silent"));
    rig.timer();
    EXPECT_EQ(rig.turn(), next);
  }
}

TEST(Watcher, lists_again_when_a_server_keeps_refusing_to_resume) {
  WatchRig rig;
  rig.to_watch();
  rig.end();
  for (int i = 0; i < 3; ++i) {
    rig.refuse(504);
    EXPECT_EQ(rig.timer(), "start watch");
  }
  rig.refuse(504);
  EXPECT_EQ(rig.timer(), "ask turn");
}

TEST(Watcher, counts_what_it_cannot_read_and_goes_on) {
  WatchRig rig;
  rig.to_watch();
  rig.log.take();
  EXPECT_EQ(rig.bytes("null\n{\"type\":\"NEW\",\"object\":{}}\n{\"x\":1}\n" +
                      WatchRig::event("MODIFIED", "a", 12)),
            "-");
  EXPECT_EQ(rig.log.take(), (Lines{"unreadable", "unreadable", "unreadable", "changed n/a"}));
  EXPECT_EQ(rig.watcher.counts().unreadable, 3U);
}

TEST(Watcher, hands_an_object_that_does_not_decode_to_its_reader_and_goes_on) {
  WatchRig rig;
  rig.to_watch();
  rig.log.take();
  rig.bytes("{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"b\",}}}\n" +
            WatchRig::event("MODIFIED", "a", 12));
  EXPECT_EQ(rig.log.take(), (Lines{"changed what does not decode", "changed n/a"}));
  EXPECT_EQ(rig.watcher.resource_version(), "12");
}

TEST(Watcher, counts_half_a_line_and_resumes_before_it) {
  WatchRig rig;
  rig.to_watch();
  rig.log.take();
  rig.bytes(WatchRig::event("MODIFIED", "a", 12) +
            WatchRig::event("MODIFIED", "b", 13).substr(0, 40));
  EXPECT_EQ(rig.end(unavailable("reset")), "start watch");
  EXPECT_EQ(rig.log.take(), (Lines{"changed n/a", "unreadable"}));
  EXPECT_EQ(rig.watcher.resource_version(), "12");
}

TEST(Watcher, gives_up_a_stream_of_nothing_but_garbage) {
  WatchRig rig;
  rig.to_watch();
  std::string garbage;
  for (int i = 0; i < 40; ++i) garbage += "nonsense ";
  EXPECT_EQ(rig.bytes(garbage), "cancel, timer");
  EXPECT_EQ(rig.watcher.counts().unreadable, 20U);
  EXPECT_EQ(rig.watcher.state(), WatchState::retrying);
}

TEST(Watcher, takes_its_list_anew_without_leaving_the_watch_before_its_turn) {
  WatchRig rig;
  rig.to_watch();
  rig.log.take();
  EXPECT_EQ(rig.keep(rig.watcher.relist()), "ask turn");
  rig.bytes(WatchRig::event("MODIFIED", "a", 12));
  EXPECT_EQ(rig.turn(), "start stream");
  rig.head(200);
  rig.bytes(WatchRig::bookmark(20, true));
  EXPECT_EQ(rig.log.take(), (Lines{"changed n/a", "begin", "end"}));
  EXPECT_EQ(rig.watcher.state(), WatchState::live);
}

TEST(Watcher, lets_others_list_while_its_own_list_stalls_and_goes_on) {
  WatchRig rig;
  rig.to_stream();
  EXPECT_EQ(rig.last.timer, 10s);
  rig.head(200);
  rig.bytes(WatchRig::event("ADDED", "a", 3));
  EXPECT_EQ(rig.timer(), "timer") << "something came";
  EXPECT_EQ(rig.timer(), "leave turn") << "nothing came";
  EXPECT_EQ(rig.timer(), "-");
  EXPECT_EQ(rig.bytes(WatchRig::bookmark(10, true)), "-");
  EXPECT_EQ(rig.watcher.state(), WatchState::live);
}

TEST(Watcher, reads_its_frames_in_any_order_of_members) {
  WatchRig rig;
  rig.to_watch();
  rig.log.take();
  rig.bytes(
      R"( { "object" : {"metadata":{"name":"x","resourceVersion":"31"}}, "type" : "DELETED" })");
  EXPECT_EQ(rig.log.take(), Lines{"erased x"});
  EXPECT_EQ(rig.watcher.resource_version(), "31");
}

TEST(Watcher, reads_an_event_of_ten_mebibytes) {
  WatchRig rig;
  rig.to_watch();
  std::string event = WatchRig::event("MODIFIED", "a", 12);
  event.replace(event.find("Deployment"), 10, std::string(size_t{10} << 20, 'x'));
  for (size_t at = 0; at < event.size(); at += 16384) rig.bytes(event.substr(at, 16384));
  EXPECT_EQ(rig.watcher.counts().events, 1U);
  EXPECT_EQ(rig.watcher.resource_version(), "12");
}

struct Silent : WatchReader {
  void begin_list() override {}
  void object(ObjectChange, std::string_view) override {}
  void end_list() override {}
  void state(const WatchReport&) override {}
  void unreadable(const Error&) override {}
};

TEST(Watcher, takes_nothing_from_the_heap_for_an_event) {
  WatchRig rig;
  Silent reader;
  Watcher watcher({.gvk = {"apps", "v1", "Deployment"}}, reader, {}, rig.clock);
  watcher.start();
  watcher.resolved(WatchRig::deployments());
  watcher.turn();
  watcher.response({.status = 200});
  const std::string event = WatchRig::event("MODIFIED", "a", 123456789);
  watcher.chunk(WatchRig::bookmark(10, true) + event);
  const size_t before = allocation_count();
  for (int i = 0; i < 100; ++i) watcher.chunk(event);
  EXPECT_EQ(allocation_count(), before);
  EXPECT_EQ(watcher.counts().events, 101U);
}

}  // namespace
}  // namespace kollect::kube

import JSONText
import Store

extension TrafficDay.Slot {
    static let schema = JSONSchema.object([
        "at": .time.describing("When the five minutes begin"), "messages": .int64, "replies": .int64,
        "templates": .int64, "silences": .int64,
        "sent": .int64.describing(
            "Messages that the provider accepted, as in `replyd_entries_total` with the kind `message`"),
        "failed": .int64.describing(
            "Messages refused for good or given up, as in `replyd_entries_total` with the kind `message`"),
        "posts": .int64.describing(
            "Posts that the links of rules took, as in `replyd_entries_total` with the kind `post`"),
        "failed_posts": .int64.describing(
            "Posts refused for good or given up, as in `replyd_entries_total` with the kind `post`"),
        "p50": .number.orNull.describing(
            "From a message's arrival until its answer was accepted, in seconds; null if none was"),
        "p95": .number.orNull, "p99": .number.orNull,
    ])

    var json: JSON {
        func seconds(_ share: Double) -> JSON {
            traffic.answerTimes.milliseconds(share: share).map { .number(Double($0) / 1000) } ?? .null
        }
        return .object([
            "at": .integer(number * TrafficDay.interval), "messages": .count(traffic.messages),
            "replies": .count(traffic.replies), "templates": .count(traffic.templates),
            "silences": .count(traffic.silences), "sent": .count(traffic.sent), "failed": .count(traffic.failed),
            "posts": .count(traffic.posts), "failed_posts": .count(traffic.failedPosts),
            "p50": seconds(0.5), "p95": seconds(0.95), "p99": seconds(0.99),
        ])
    }
}

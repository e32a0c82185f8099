import HTTPTypes
import JSONText
import Providers
import Responder
import Store

extension AdminAPI {
    var trafficRoutes: [APIRoute] {
        [
            APIRoute(
                method: .get, path: "/api/traffic", id: "showTraffic",
                summary: "The last 24 hours, five minutes by five minutes",
                description: """
                    What the messages that arrived in each five minutes have led to by now, counted in the database: it \
                    outlasts restarts. What is long past is counted again every ten minutes.
                    """,
                answer: .object([
                    "since": .time.describing("When the first five minutes begin"),
                    "interval": .int64.describing("In seconds"),
                    "series": .array(of: .named("Traffic")),
                ])
            ) { _ in
                let slots = try await trafficDay.slots()
                return .object([
                    "since": .integer((slots.first?.number ?? 0) * TrafficDay.interval),
                    "interval": .integer(TrafficDay.interval), "series": .array(slots.map(\.json)),
                ])
            }
        ]
    }
}

extension TrafficDay.Slot {
    fileprivate var json: JSON {
        func seconds(_ share: Double) -> JSON {
            traffic.answerTimes.milliseconds(share: share).map { .number(Double($0) / 1000) } ?? .null
        }
        return .object([
            "at": .integer(number * TrafficDay.interval), "messages": .count(traffic.messages),
            "replies": .count(traffic.replies), "templates": .count(traffic.templates),
            "silences": .count(traffic.silences), "sent": .count(traffic.sent), "failed": .count(traffic.failed),
            "p50": seconds(0.5), "p95": seconds(0.95), "p99": seconds(0.99),
        ])
    }
}

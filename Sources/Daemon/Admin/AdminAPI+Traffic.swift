import HTTPTypes
import Providers
import Responder

extension AdminAPI {
    var trafficRoutes: [APIRoute] {
        [
            APIRoute(
                method: .get, path: "/api/traffic", id: "showTraffic",
                summary: "The last 24 hours, five minutes by five minutes",
                description: "Kept in memory: after a restart it begins anew, at `since`.",
                answer: .object([
                    "since": .time, "interval": .integer.saying("In seconds"),
                    "series": .list(of: .named("Traffic")),
                ])
            ) { _ in
                let traffic = metrics.traffic
                return .object([
                    "since": .time(traffic.since), "interval": .integer(Traffic.interval),
                    "series": .array(traffic.lastDay(at: clock.now()).map(\.json)),
                ])
            }
        ]
    }
}

extension Traffic.Slot {
    fileprivate var json: JSON {
        func seconds(_ part: Double) -> JSON { answers.quantile(part).map(JSON.number) ?? .null }
        return .object([
            "at": .integer(number * Traffic.interval), "messages": .count(messages), "replies": .count(replies),
            "templates": .count(templates), "silences": .count(silences), "sent": .count(sent),
            "failed": .count(failed), "p50": seconds(0.5), "p95": seconds(0.95), "p99": seconds(0.99),
        ])
    }
}

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

import DeployModel
import Reporting

extension PlanPreview {
    var json: JSONValue {
        let fleetCount = fleetCount
        return .object([
            "service": .string(inventory.service),
            "release": .object([
                "id": release.fixedID.map { .string($0.text) }, "from": .string(release.source),
                "to": .string(release.destination), "link": .string(release.link),
                "layout": .string(release.layout.rawValue), "from_exists": .bool(sourceExists),
            ]),
            "batches": .array(batches.map { .array($0.map { .string($0.name.text) }) }),
            "canary": canary.map { canary in
                .object([
                    "hosts": .array((batches.first ?? []).map { .string($0.name.text) }),
                    "bake": .string(ReadableDuration.text(canary.bake)), "next": .string(canary.next.rawValue),
                ])
            },
            "left_in_service": .array(batches.map { .integer(Int64(fleetCount - $0.count)) }),
            "fleet": .integer(Int64(fleetCount)),
            "min_in_service": watchesCapacity ? .integer(Int64(minInService)) : nil,
            "time": .object([
                "at_least": .string(ReadableDuration.text(shortestDuration)),
                "at_most": .string(ReadableDuration.text(inventory.rollout.timeout)),
            ]),
            "balancer": .string(PolicyText.balancer(inventory.balancer)),
            "dead_man": .string(PolicyText.deadMan(inventory)),
            "secrets": .array(inventory.secretNames.map(JSONValue.string)),
            "health": .string(PolicyText.health(inventory.health, behind: inventory.balancer)),
            "commands": .array(
                commands.map { command in
                    .object([
                        "phase": .string(command.phase), "where": .string(command.place),
                        "command": .string(command.text),
                    ])
                }),
            "notes": .array(notes.map(JSONValue.string)),
        ])
    }
}

import DeployModel

extension BalancerRegistration {
    static func several(_ parts: [BalancerPart]) -> BalancerRegistration {
        BalancerRegistration(preview: preview(of: parts)) { surroundings throws(DeployError) in
            try SeveralBalancers(parts, in: surroundings)
        }
    }

    private static func preview(of parts: [BalancerPart]) -> BalancerPreview {
        var merged = BalancerPreview()
        for part in parts {
            let preview = BalancerRegistry.preview(part.balancer)
            let scope = part.selection.map { " (for \($0))" } ?? ""
            merged.drain += preview.drain.map { $0 + scope }
            merged.enable += preview.enable.map { $0 + scope }
            merged.limits += preview.limits.filter { !merged.limits.contains($0) }
        }
        return merged
    }
}

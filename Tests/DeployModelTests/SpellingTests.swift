import DeployModel
import Testing

@Suite struct SpellingTests {
    private static let words = ["hosts", "health", "release", "batch_size", "run", "ssh"]

    @Test(arguments: [
        ("hsots", "hosts"), ("host", "hosts"), ("HOSTS", "hosts"), ("heatlh", "health"), ("relase", "release"),
        ("batchsize", "batch_size"),
        ("batch-size", "batch_size"), ("BatchSize", "batch_size"), ("rnu", "run"), ("shs", "ssh"),
        ("batch_szie", "batch_size"),
    ])
    func `a slip is understood`(word: String, meant: String) {
        #expect(Spelling.nearest(to: word, among: Self.words) == meant)
    }

    @Test(arguments: ["", "x", "service", "balancer", "hat", String(repeating: "hosts", count: 1000)])
    func `another word is left alone`(word: String) {
        #expect(Spelling.nearest(to: word, among: Self.words) == nil)
    }

    @Test func `the nearest of several wins, and of equals the first`() {
        #expect(Spelling.nearest(to: "web-9", among: ["web-10", "web-1", "web-2"]) == "web-1")
        #expect(Spelling.nearest(to: "web-2x", among: ["web-1", "web-2"]) == "web-2")
    }
}

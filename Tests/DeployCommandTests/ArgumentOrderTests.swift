import Testing

@testable import deploy

struct ArgumentOrderTests {
    @Test(arguments: [
        ("", ""),
        ("plan -i hosts.yml", "plan -i hosts.yml"),
        ("-i hosts.yml plan", "plan -i hosts.yml"),
        ("--inventory hosts.yml --limit web plan --once", "plan --inventory hosts.yml --limit web --once"),
        ("--inventory=hosts.yml plan", "plan --inventory=hosts.yml"),
        ("-v plan", "plan -v"),
        ("-vi hosts.yml plan", "plan -vi hosts.yml"),
        ("-lweb plan", "plan -lweb"),
        ("-i plan", "-i plan"),
        ("-i hosts.yml exec -l web -- plan", "exec -i hosts.yml -l web -- plan"),
        ("-i hosts.yml -- plan", "-i hosts.yml -- plan"),
        ("-i hosts.yml unknown", "-i hosts.yml unknown"),
        ("--yes", "--yes"),
        ("-i", "-i"),
    ])
    func `options may stand before the command`(given: String, ordered: String) {
        #expect(ArgumentOrder.commandFirst(words(given), commands: ["plan", "exec"]) == words(ordered))
    }

    private func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}

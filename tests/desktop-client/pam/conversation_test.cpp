#include "tests/desktop-client/pam/harness.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

using namespace doorward;
using namespace doorward::tests;

namespace {

constexpr const char* k_prompt = "Approve on your phone: 47. Press Enter when done, or type an offline code:";

// An agent that prompts once and keeps what it heard.
class AskingAgent {
public:
    explicit AskingAgent(ipc::Echo echo = ipc::Echo::Off) {
        prepare_pam();
        m_agent = std::make_unique<FakeAgent>(k_pam_socket, [this, echo](FakeAgent::Connection& connection) {
            conversation = connection.begin().conversation;
            connection.write(ipc::Info{*ipc::Sentence::from("7 days of offline sign-in left.")});
            connection.write(prompt(k_prompt, echo));
            const auto message = connection.read();
            aborted = message && std::holds_alternative<ipc::Abort>(*message);
            if (!message || aborted) return;
            if (const auto* typed = std::get_if<ipc::Answer>(&*message)) answer = typed->text.view();
            connection.write(ipc::Granted{});
        });
    }
    // Ends the agent's thread; what it noted can be read afterwards.
    void stop() { m_agent.reset(); }

    ipc::Conversation conversation{};
    std::string answer = "(none)";
    bool aborted = false;

private:
    std::unique_ptr<FakeAgent> m_agent;
};

struct Outcome {
    int code = PAM_SUCCESS;
    std::string answer;
    bool aborted = false;
};

Outcome authenticate(Person& person) {
    Outcome outcome;
    AskingAgent agent;
    {
        Application application("stack", k_managed, person);
        outcome.code = application.authenticate();
    }
    agent.stop();
    outcome.answer = agent.answer;
    outcome.aborted = agent.aborted;
    return outcome;
}

}  // namespace

TEST_CASE("one prompt serves both ways, and what was typed reaches the agent unchanged", "[pam]") {
    Person person;
    person.answer = GENERATE(std::string("12345678"), std::string(), std::string(" 123 456 "), std::string("?"),
                             std::string("\xef\xbc\x91\xef\xbc\x92"), std::string(511, '1'));
    const Outcome outcome = authenticate(person);
    CHECK(outcome.code == PAM_SUCCESS);
    CHECK(outcome.answer == person.answer);
    CHECK(person.prompts == std::vector<std::string>{k_prompt});
    CHECK(person.infos == std::vector<std::string>{"7 days of offline sign-in left."});
}

TEST_CASE("row 63: no answer, in whatever way, is an abort and never an attempt", "[pam]") {
    Person person;
    person.manner =
        GENERATE(Person::Manner::Interrupts, Person::Manner::NoResponseArray, Person::Manner::NoResponseText);
    const Outcome outcome = authenticate(person);
    CHECK(outcome.code == PAM_AUTH_ERR);
    CHECK(outcome.aborted);
    CHECK(outcome.answer == "(none)");
}

TEST_CASE("row 63: an answer of 512 or 65536 bytes is nobody's typing: refused without an attempt", "[pam]") {
    Person person;
    person.answer = std::string(GENERATE(512U, 65536U), '1');
    const Outcome outcome = authenticate(person);
    CHECK(outcome.code == PAM_AUTH_ERR);
    CHECK(outcome.aborted);
}

TEST_CASE("row 63: without a conversation function the agent learns that nobody can be asked", "[pam]") {
    AskingAgent agent;
    const pam_conv without_function{nullptr, nullptr};
    Application application("stack", k_managed, &without_function);
    CHECK(application.authenticate() == PAM_AUTH_ERR);
    agent.stop();
    CHECK(agent.conversation == ipc::Conversation::None);
}

TEST_CASE("sshd's password method is recognised, and its prompt stays invisible", "[pam]") {
    static Person person;
    person = Person{};
    person.manner = Person::Manner::RefusesVisibleText;
    const pam_conv without_context{[](int count, const pam_message** messages, pam_response** responses, void*) {
                                       if (count != 1) return PAM_CONV_ERR;
                                       person.styles.push_back(messages[0]->msg_style);
                                       *responses = static_cast<pam_response*>(calloc(1, sizeof(pam_response)));
                                       (*responses)->resp =
                                           messages[0]->msg_style == PAM_PROMPT_ECHO_OFF ? strdup("12345678") : nullptr;
                                       return PAM_SUCCESS;
                                   },
                                   nullptr};
    AskingAgent agent(ipc::Echo::On);
    Application application("sshd", k_managed, &without_context);
    CHECK(application.authenticate() == PAM_SUCCESS);
    agent.stop();
    CHECK(agent.conversation == ipc::Conversation::PasswordOnly);
    CHECK(person.styles == std::vector<int>{PAM_TEXT_INFO, PAM_PROMPT_ECHO_OFF});
}

TEST_CASE("a silent application is told nothing but the prompt", "[pam]") {
    Person person;
    const AskingAgent agent;
    Application application("stack", k_managed, person);
    CHECK(application.authenticate(static_cast<int>(PAM_SILENT)) == PAM_SUCCESS);
    CHECK(person.infos.empty());
    CHECK(person.prompts.size() == 1);
}

TEST_CASE("a visible prompt is shown visibly where the application can", "[pam]") {
    Person person;
    const AskingAgent agent(ipc::Echo::On);
    Application application("stack", k_managed, person);
    CHECK(application.authenticate(static_cast<int>(PAM_SILENT)) == PAM_SUCCESS);
    CHECK(person.styles == std::vector<int>{PAM_PROMPT_ECHO_ON});
}

"""What English phrases mean to the desk."""

from typing import Final

from workers.domain.leads.phrasebook.kinds import Remark, Sign

GOOD: Final = (
    "perfect|perfectly|correct|right|good|great|awesome|amazing|fine|wonderful|fantastic|excellent|lovely|ideal|accurate|"
    "delightful|cool|nice|okay|ok|alright|brilliant|super|confirmed|terrific|superb|helpful|neat"
)
DO_NOT: Final = "do not|don't|didn't|did not|won't|will not|wouldn't|would not|never"
WANT: Final = "want|need|wish|like|care|think so|plan|intend|require|have time|book|reserve|buy|feel like|do that"
DETAIL: Final = "phone|email|e-mail|mail|number|phone number|mobile|telephone|name|last name|surname|address"
CALL: Final = "call|contact|email|ring|text|phone|write|write to|message"
MINE: Final = "me|my (details|data|info|information|contact details|personal data|email|number|phone number|name)"
SOMEBODY: Final = "someone|somebody|anyone|your team|a person|one of you|sales"
LATER: Final = """
    not (right |just |)(now|yet|at present)
    not (quite|just) yet
    not for (now|today|the moment)
    not (right |just |)(at |)(this|the|that) (moment|time|minute|point|stage)
    (maybe|perhaps|possibly|probably|sometime|some time|a bit|a little|do it|do that|done|decide|get back) later
    (maybe|perhaps|possibly|probably) (a bit|a little) later
    (maybe|perhaps|possibly) (at |)(another|some other|next|a later|a different) (time|day)
    (at |)(another|some other) (time|day) .
    (later|later maybe|later perhaps|later thanks|later please|tomorrow maybe|next time) .
"""

# "." is the beginning and the end of a sentence.
SIGNS: Final = {
    Sign.YES: """
        (yes|yeah|yea|yep|yup|ya|yah|yessir|aye|ye|yess|yesss|yas|uh huh|uh-huh|affirmative|indeed|\U0001f44d)
        (\u2705|sure)
        (surely|for sure|sure thing|certainly|definitely|absolutely|totally|of course|naturally|obviously|by all means)
        (gladly|with pleasure|my pleasure|why not|no doubt|without a doubt|please do|you bet|go ahead)
        (go for it|do it|do that|do so|do this|let's do|lets go|let's go|make it so|make it happen|let's book)
        (let's schedule|i'll take it|i will take it|i'll have it|i'm in|count me in|i'm ready|i am ready)
        (okay|ok|alright|all right|fine|great|perfect|good) (do it|go ahead|please|book it|let's do|let's go)
        (i'd|i would) be (happy|glad|delighted|interested)
        (i would|i do|we would|we do|i am|it is|i will) .
        (i'm|i am|we're) (very |)interested
        (please and thank you|y .|k .|yes .)
    """,
    Sign.WANTS: f"""
        (i'd|i would|we'd|we would) (really |)(love|like|appreciate) (that|it|one|this|to)
        (i|we) want (that|it|one|this)
        (i|we) (want|need) to (talk|speak) (to|with) (a|an|someone|somebody|your|one)
        (please .|book it)
        . (please |)(book|reserve|schedule|sign me up)
        . (please |just |then |)({CALL}) me
    """,
    Sign.NO: """
        (no|nope|nah|na|naw|nop|nay|negative|noo|nooo|no no|no way|no sir|no ma'am|not really|no not really|hell no)
        (no thanks|no thank you|no thankyou|no ty|no thx|thanks but no|nope thanks|nah thanks|not at all|n .|\U0001f44e)
        (never ever|by no means|under no circumstances|no chance|not likely|not on your life|not a chance|better not)
        (yes |)(i|we) (do |)mind .
        (absolutely|definitely|certainly) no
    """,
    Sign.REFUSES: f"""
        (i|we|) ({DO_NOT}|can't|cannot) .
        ({DO_NOT}) (really |actually |even |)({WANT})
        (i|we) ({DO_NOT}) (really |actually |even |)({WANT})
        (don't|do not) (contact|call)
        (i'm|i am|we're|we are) (good|fine|ok|okay|all set|alright|set) (thanks|thank you|for now|.)
        (i'm|i am|we're|we are) not (really |at all |very |)(interested|ready|looking|going)
        not (interested|necessary|needed|required|wanted|for me|for us|going to|today|tonight|this time|anymore)
        (isn't|won't be|wouldn't be|is not|will not be) (necessary|needed|required)
        (unnecessary|no need|no interest|no longer|nothing|none|i'll pass|i will pass|pass .|hard pass|i decline)
        decline
        (rather not|prefer not|prefer to not|i'd rather|i would rather not|i refuse|would not like|not like to)
        (just|only) (needed|wanted)
        (just|only) (need|want|looking for|after) (the |some |an |)(info|information|details|answer)
        (don't|do not) think (i|we) (need|want)
        (do it|do that|do this|manage|handle it) (by |)myself
        (just|only) (browsing|looking|curious|asking|wondering|checking)
        (leave it|skip it|skip that|drop it|don't bother|without)
    """,
    Sign.STOPS: """
        (stop|stop it|stop asking|quit|cancel|forget it|forget about it|forget that|never mind|nevermind|nvm)
        (changed my mind|go away|fuck off|get lost|enough|this is annoying|end this|no more|not interested)
        (i'm not interested|i am not interested|no i'm not interested)
        (i don't want|i do not want) (this|that|it|any of this|to continue|to leave my details)
    """,
    Sign.WITHDRAWS: f"""
        (please |)(don't|do not) (ever |)({CALL}|bother|disturb|spam) me
        (.|please|and) never ({CALL}) me
        (please |)(don't|do not) (keep|store|use|share|pass on) ({MINE})
        (please|.) (don't|do not) (get in touch|reach out)
        stop (calling|contacting|emailing|ringing|texting|messaging|bothering|spamming) me
        (i |we |)({DO_NOT}) (want|wish|like) (to be|being) (contacted|called|emailed|phoned|rung|texted)
        (i |we |)({DO_NOT}) (want|wish) (you|anyone|anybody|someone|somebody) to ({CALL}|get in touch)
        (delete|erase|remove|wipe) ({MINE}|all my data|all about me|everything about me|everything you have)
        (.|please|just|and) forget (about |)(me|my (data|details|email|number)) .
        (.|please|just) (delete|erase|remove|wipe) (everything|it|it all|them|that|this|all of it|all)
        and (delete|erase|remove|wipe) (everything|it|it all|them|all of it)
        (leave|if you left|leaving) me (alone|in peace)
        (take|get) me off (your|the|this) list
        unsubscribe
    """,
    Sign.LATER: f"""
        {LATER}
        (hold on|hold off|wait|hang on|one moment|just a moment|give me a (minute|second|moment)|not so fast|too early)
        (too soon|first .|for now i'm|for now we're|for now that's)
        (i|we) (have|need|want) to (check|think|make sure|ask|decide|see|look|know more|compare|talk|discuss|consider)
        (let me (think|check|see|ask|look)|i'll think about it|i will think about it|i'll let you know)
        (i will let you know|still deciding|not decided|haven't decided|have not decided|not sure when|not sure yet)
        still (want|need|have) to (look|check|think|decide)
    """,
    Sign.GOOD: f"""
        (sounds|sound|looks|look|seems|seem|is|are|that's|it's|be|all|very|just|really|so|absolutely|quite) ({GOOD})
        (perfect|perfectly|correct|exactly|excellent|awesome|amazing|wonderful|fantastic|ideal|brilliant)
        (delightful|terrific|superb|marvelous|marvellous|true|right on|spot on|bang on|on point|thumbs up)
        (that'll|that will|that would|this will|it will|that'd|that should|it should|should|would|will) (work|do|suit)
        (that'll|will|would|should|that'd) be ({GOOD})
        (works|suits|good|fine|okay|ok|great|perfect) (for|with|by) me
        works (fine|great|well|perfectly|.)
        (that works|this works|it works|suits me|that suits|everything is in order|be in order|in order|as requested)
        (you got it|you've got it|you nailed it|nailed it|you have it|you got|got it|got that right|i confirm|confirm)
        (confirmed|confirming|i agree|agreed|agree|i accept|accept|approved|i approve|proceed|continue|carry on|go on)
        (you can|you may|please|feel free to) (book|proceed|go on|continue|confirm|do that|do it|reserve|write)
        (you can|you may|feel free to) ({CALL}) me
        (what i|as i|all i|everything i) (said|want|wanted|asked|need|meant|requested|say|had in mind)
        (my request|that's the one|the right one|that's the right|that's mine|that's me|that's it exactly|everything is)
        (all is well|all set|good to go|like a plan|what i was looking for)
        (happy|glad|pleased|satisfied|fine|ok|okay|good|comfortable) with (that|it|this|everything)
        (love it|i like it|like that|like it|i love|looking forward|you're right|you are right)
        (you're|you are) correct
        (i |)(can't|cannot|can hardly) wait
        (no problem|no problems|no worries|no changes|no objection|no objections|nothing to change|no corrections)
        (absolutely|definitely|certainly) (no problem|no worries|no objection)
        (not a problem|no rush|no hurry|i don't mind|we don't mind|don't mind|do not mind)
        (nothing|not) wrong
    """,
    Sign.FINE: """
        (ok|okay|okey|oki|okie|kk|alright|all right|fine|cool|nice|great|good|right|very well|super|sweet|lovely|thanks)
        (thank you|thx|ty)
    """,
    Sign.WRONG: """
        not (quite|exactly|entirely) .
        not (quite |exactly |entirely |completely |all |really |the |)(correct|right|true|accurate|good|perfect)
        not (quite |exactly |really |)(it|okay|ok|what|fine|that|one)
        (isn't|aren't|wasn't) (quite |exactly |entirely |really |the |)(correct|right|true|accurate|good|it|what|mine)
        (doesn't|does not|won't|didn't) (work|look right|sound right|seem right|suit)
        (wrong|incorrect|mistake|mistaken|misheard|misunderstood|misspelled|mistyped|typo|error|partially|partly|almost)
        (nearly|not mine|inaccurate)
    """,
    Sign.CHANGE: """
        (make|making) (it|them)
        (how about|. try|another)
        (change|switch|update|correct|fix|edit|modify|adjust|replace|move|swap) (it|that|the|this|my|to|from|over|them)
        (change|changed|changes|instead|rather|actually|correction|except|apart from|other than|second thought)
        (i'd rather|different|another one|but|sorry)
        (i|we) (actually |really |only |just |)(meant|mean|said|prefer|asked for|thought|misspoke|forgot)
        (should|must|has to|have to|needs to|need to|ought to|supposed to) (actually |)be
        (can|could|would|will) you (please |)(make|change|switch|correct|fix|update|move|set|put)
        (it's|it is|that's) (actually|supposed|really|just for)
        (only|just) (want|need|one|two|me|for|the)
    """,
    Sign.DONE: """
        (that's|that is|that will be|that'll be|this is|it's) (all|it|about it|everything|about all|enough)
        (all i need|all i needed|nothing else|i'm done|i am done|done|we're done|all for now)
    """,
    Sign.LEAVES: "(good bye|goodbye|bye)",
    Sign.UNSURE: """
        (not sure|i'm not sure|unsure|i don't know|i do not know|don't know|dunno|idk|no idea|no clue|hard to say)
        (it depends|depends|maybe|perhaps|possibly|we'll see|i guess)
    """,
}

REMARKS: Final = {
    Remark.ASKS: """
        . (what|what's|where|where's|when|when's|why|who|who's|which|how|how's|whose)
        . (and|but|so|ok|okay|also|well|hi|hello|hey|thanks|no|yes|sure) (what|what's|where|when|why|who|which|how)
        . (do|does|did|is|are) (you|i|we|they|there|your|anyone|someone)
        . (does|did|is|are) (it|the|this|that|these)
        . (can|could|may|should|will) (i|we|it|they|the|this|that|anyone|someone)
        (do you|do we|do i|can i|could i|may i|should i|can we|could we|is there|are there|is it possible|tell me)
        (let me know|i'd like to know|i would like to know|i want to know|i need to know|i was wondering|wondering if)
        (explain|do you know)
    """,
    Remark.REQUESTS: "(can|could|would|will) you",
    Remark.NEEDS: """
        (question|looking for|interested in|i need|we need|i want|i'm after|can't find|problem with|issue with)
        help with
        (help me|broken|doesn't work|information about|info on|info about|more about)
    """,
    Remark.WANTS_CONTACT: f"""
        (speak|talk|chat) (to|with) (a|an|the|your|some|someone|somebody|one of your|sales|support|staff|people)
        (speak|talk|chat) (to|with) (a |an |your |)(real |live |actual |)(human|human being|person|people|agent)
        (someone|somebody|anyone|a person|a human|a real person) (i can|to|who i can) (speak|talk|chat) (to|with)
        (a |)(real|live|actual) (person|human|agent)
        (connect|transfer|put) me (to|with|through)
        (human|live) (agent|support|operator|please)
        (.|please|just|you|someone|somebody|anyone|and|or|to|team) ({CALL}) me
        (call|ring|phone|get) (me |)back
        (give me|want|need|like|request|arrange|schedule) a (call|callback|phone call|demo|demonstration|consultation)
        (callback|call back|phone call|demo|quote|quotation|estimate|an offer for|make me an offer)
        (get|be|keep|stay) in (touch|contact)
        (like|want|love|happy) to be (contacted|called|emailed|phoned|rung)
        (have|let) ({SOMEBODY}) ({CALL}|reach|get)
        (can|could|will|would) ({SOMEBODY}) (please |)({CALL}|reach|get|help)
    """,
    Remark.WANTS_PRICE: """
        how (much|expensive) (is|are|does|do|would|will|for|to)
        what (does|do|would|will) (it|that|this|they|a|the|one) cost
        (price|prices|pricing|cost|costs|price list)
    """,
    Remark.CORRECTS: """
        i (meant|mean|misspoke|mistyped|misspelled|misspelt|made a mistake|made a typo|wrote it wrong|got it wrong)
        (that's|that is|that was|it's|it was|is|was) (wrong|incorrect|not right|not correct|a typo|a mistake|not mine)
        (there's|there is|made) a (typo|mistake)
        (my mistake|my bad|typo|correction|wrong (number|email|e-mail|address|name|phone)|instead of)
        (it|that|this|name|email|address|number|phone|spelling) (should|must) be
        (change|update|correct|fix|replace) (my|the) (name|email|e-mail|address|phone|number|mail|surname|last name)
        (change|correct|update|fix) (it|that|this)
    """,
    Remark.MAY_CORRECT: "(sorry|apologies|oops|whoops|actually|. no|. nope|. not|. wait|. wrong|rather|scratch that)",
    Remark.WITHHOLDS: f"""
        (rather|prefer) (not|to not|i didn't)
        (prefer|rather|want|like|wish) (to |)(stay|remain|keep|be) (anonymous|private|it private|that private)
        (won't|will not|not going to|not gonna|wouldn't|don't want to|do not want to|refuse to) (give|share|say|tell)
        (won't|will not|not going to|not gonna|wouldn't|don't want to|do not want to|refuse to) (provide|leave|disclose)
        (not|don't feel) comfortable (giving|sharing|saying|telling)
        (skip|pass|next|next question|n a|na|none|anonymous|private|nothing) .
        (skip) (this|that|it|the|my|email|phone|number|name)
        (can we skip|let's skip|i'll skip|i'll pass|no comment|not telling|not saying)
        (none of your business|that's private|it's private|that's personal)
        (don't|do not|haven't|have not) (have|own|use|got) (a |an |any |my |)({DETAIL}|one|it)
        (no|without|not my|no need for|don't need|do not need) (a |my |the |)({DETAIL}|calls|phone calls)
        (email|e-mail|mail|phone|name|first name|number|text) (only|is enough|is fine|will do|should do|is sufficient)
        (only|just) (by |use |via |my |the |use my |)(email|e-mail|mail|phone|first name|number|mobile|whatsapp)
        (don't|do not) call
    """,
    Remark.POSTPONES: LATER,
}

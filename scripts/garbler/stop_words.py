"""Words that no dictionary swap touches: function words, numbers, days, months, units, speech tags."""

from __future__ import annotations

from garbler.passage import word_set

STOP = word_set(
    "a an the and or nor of to in on at by for from with as is are was were be been being am do does did done "
    "have has had having will would shall should can could may might must not no yes if then than that this these "
    "those there here it its he him his she her hers they them their theirs we us our ours you your yours i me my "
    "mine who whom whose which what when where why how all any both each few more most some such so too very just "
    "also only own same other another into onto over under up down out off about against between through during "
    "before after above below again once because while until since one two three four five six seven eight nine "
    "ten said says say ms mr mrs dr am pm mln percent per pct re ve ll cents cent dollars dollar pounds pound "
    "euros euro million billion monday tuesday wednesday thursday friday saturday sunday let hundred thousand "
    "trillion dozen dozens hundreds thousands millions billions third fourth fifth sixth seventh eighth ninth "
    "tenth january february april june july august september october november december twice once half "
    "however but despite although though yet still even ever never always often"
)
